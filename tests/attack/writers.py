"""Two programs write the same records at once: a server by HTTP and the terminal, on SQLite and on PostgreSQL."""

import os
import re
import subprocess
import sys
import threading
import uuid
from pathlib import Path

from program import Server, run

ROOT = Path(__file__).resolve().parents[2]
#: Of the writes, those that the terminal makes; each is a program of its own.
TERMINAL_SHARE = 0.2
BY_HTTP, BY_TERMINAL = 4, 2


def attack(program: Path, folder: Path, seed: int, full: bool) -> str:
    writes = 5_000 if full else 200
    figures = [f"SQLite {trial(program, folder / 'sqlite', writes, None)}"]
    # The database's own script starts a throw-away server, where its programs are present.
    again = [ROOT / "tests/tools/with_postgres.sh", sys.executable, __file__, program, folder / "postgres", str(writes)]
    done = subprocess.run(again, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"PostgreSQL: {done.stdout[-2000:]}{done.stderr[-3000:]}"
    figures.append(f"PostgreSQL {done.stdout.strip().splitlines()[-1]}")
    return "; ".join(figures)


def trial(program: Path, project: Path, writes: int, url: str | None) -> str:
    made = run(program, project.parent, "init", str(project))
    assert made.code == 0, made.err
    if url:
        with open(project / "yunheng.toml", "a", encoding="utf-8") as settings:
            settings.write(f'\n[records]\nurl = "{url}"\n')
    by_terminal = int(writes * TERMINAL_SHARE)
    refused: list[str] = []
    with Server(program, project) as server:
        hands = []
        for hand in range(BY_HTTP):
            hands.append(threading.Thread(target=by_http, args=(server, hand, (writes - by_terminal) // BY_HTTP, refused)))
        for hand in range(BY_TERMINAL):
            hands.append(threading.Thread(target=terminal, args=(program, project, hand, by_terminal // BY_TERMINAL, refused)))
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join()
        status, answer = server.ask("/targets/versions?metric=net_revenue&period=2026-01")
        assert status == 200, answer
        shared = [target["version"] for target in answer["versions"]]
        status, answer = server.ask("/boards")
        assert status == 200, answer
        boards = len(answer["boards"])
    assert not refused, f"{len(refused)} of {writes} were refused, such as {refused[0]}"
    # All hands wrote this one target by turns: each write is a version, and none has the number of another.
    targets = writes - boards
    assert sorted(shared) == list(range(1, targets + 1)), f"{targets} writes of one target gave versions {sorted(shared)[-5:]}"
    looked = run(program, project, "doctor")
    assert looked.code == 0, f"{looked.out}{looked.err}"
    entries = re.search(r"审计链 (\d+) 条连贯", looked.out)
    assert entries and int(entries[1]) == writes, f"{writes} writes, but: {looked.out}"
    return f"{writes} writes from two programs ({by_terminal} of them commands), 0 refused, chain of {entries[1]} unbroken"


def by_http(server: Server, hand: int, writes: int, refused: list[str]) -> None:
    for number in range(writes):
        if number % 4 == 3:
            status, answer = server.ask("/boards", {"name": f"看板 {hand}-{number}", "owner": "运营", "panels": []})
        else:
            target = {"metric": "net_revenue", "period": "2026-01", "target": f"{hand + 1}{number:05}", "reason": "试"}
            status, answer = server.ask("/targets", target)
        if status not in (200, 201, 204):
            refused.append(f"HTTP {status}: {answer}")


def terminal(program: Path, project: Path, hand: int, writes: int, refused: list[str]) -> None:
    for number in range(writes):
        value = f"{hand + 7}{number:05}"
        done = run(program, project, "targets", "set", "--metric", "net_revenue", "--period", "2026-01", "--target", value, "--reason", "试")
        if done.code != 0:
            refused.append(done.err)


def main() -> None:
    """Runs the trial on a database of its own in the PostgreSQL that the environment names."""
    program, project, writes = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    server = os.environ.get("YUNHENG_TEST_POSTGRES")
    if not server:
        print("skipped: its programs are not here")
        return
    name = f"writers_{uuid.uuid4().hex[:12]}"
    base, _, _ = server.rpartition("/")
    created = subprocess.run(["psql", server, "-qc", f"CREATE DATABASE {name}"], capture_output=True, text=True, check=False)
    assert created.returncode == 0, created.stderr
    print(trial(program, project, writes, f"{base}/{name}"))


if __name__ == "__main__":
    main()
