"""Requests made from the API's own document by schemathesis, right and wrong ones: no failure, nothing undocumented."""

import json
import re
import subprocess
import sys
from pathlib import Path

from program import ENVIRONMENT, Server, run

#: What is held of every answer.
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance"
#: Test cases: the bar, and of the small form.
FULL, SMALL = 5_000, 150


def attack(program: Path, folder: Path, seed: int, full: bool) -> str:
    shop = folder / "shop"
    made = run(program, folder, "demo", str(shop), "--scale", "0.01", timeout=600)
    assert made.code == 0, made.err
    document = json.loads(run(program, shop, "openapi").out)
    operations = sum(len(item) for item in document["paths"].values())
    (folder / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
    with Server(program, shop) as server:
        cases = 0
        for round_ in range(20):
            cases += tried(server, folder, seed + round_, (FULL if full else SMALL) // operations + 1, full)
            if not full or cases >= FULL:
                break
    assert not full or cases >= FULL, f"only {cases} cases were made"
    return f"{cases} requests to {operations} operations: 0 server errors, 0 undocumented statuses, 0 answers off their schema"


def tried(server: Server, folder: Path, seed: int, examples: int, full: bool) -> int:
    """Runs schemathesis once; returns how many requests it made."""
    phases = "examples,coverage,fuzzing,stateful" if full else "fuzzing"
    tool = Path(sys.executable).with_name("schemathesis")
    command = [tool, "run", folder / "openapi.json", "--url", f"{server.url}/api/v1", "--header", f"Authorization:Bearer {server.token}",
               "--checks", CHECKS, "--phases", phases, "--max-examples", str(examples), "--seed", str(seed), "--no-shrink",
               "--continue-on-failure", "--request-timeout", "60", "--suppress-health-check", "all", "--warnings", "off"]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=ENVIRONMENT, check=False, timeout=3600)
    told = ran.stdout + ran.stderr
    (folder / "schemathesis.log").write_text(told, encoding="utf-8")
    assert ran.returncode == 0, told[-6000:]
    made = re.search(r"(\d[\d,]*) generated", told)
    assert made, told[-2000:]
    return int(made[1].replace(",", ""))
