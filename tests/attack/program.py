"""What every attack needs of the program: running it, and serving a project."""

import json
import os
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

#: Set for every run, so that nothing of the machine's own settings counts.
ENVIRONMENT = {**os.environ, "NO_COLOR": "1"}


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str
    seconds: float

    @property
    def panicked(self) -> bool:
        return self.code in (101, 134, -6, -11) or "panicked at" in self.err


def run(program: Path, folder: Path, *arguments: str, timeout: float = 120) -> Ran:
    """Runs one command in a project folder."""
    started = time.monotonic()
    done = subprocess.run([program, "-C", folder, *arguments], capture_output=True, timeout=timeout, env=ENVIRONMENT, check=False)
    seconds = time.monotonic() - started
    return Ran(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"), seconds)


class Server:
    """`yunheng serve` over a project, for a `with` statement."""

    def __init__(self, program: Path, folder: Path, *arguments: str) -> None:
        self.log = open(folder.parent / f"{folder.name}.serve.log", "w+b")
        command = [program, "-C", folder, "serve", "--port", "0", *arguments]
        self.process = subprocess.Popen(command, stdout=self.log, stderr=subprocess.STDOUT, env=ENVIRONMENT)

    def __enter__(self) -> "Server":
        for _ in range(300):
            found = re.search(rb"(http://127\.0\.0\.1:\d+)/\S*token=([0-9a-f]+)", Path(self.log.name).read_bytes())
            if found:
                self.url, self.token = found[1].decode(), found[2].decode()
                return self
            assert self.process.poll() is None, f"the server did not start: {Path(self.log.name).read_text(errors='replace')}"
            time.sleep(0.1)
        raise AssertionError("the server did not start within 30 s")

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.close()

    def ask(self, path: str, body: object = None, timeout: float = 60) -> tuple[int, object]:
        """Sends GET, or POST with a JSON body; returns the status and the JSON answer."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}/api/v1{path}", data=data, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read() or b"null")
