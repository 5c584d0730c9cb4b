"""A project in folders with awkward names, on media that cannot be written, with records moved and bits of them flipped."""

import os
import random
import shutil
import sqlite3
import stat
import subprocess
from pathlib import Path

from program import Server, run

NAMES = ["a?b", "100%", "50%20off", "#1", "两 个空格", "?mode=ro&x=%23", "it's \"quoted\"", "*[a]"]


def attack(program: Path, folder: Path, seed: int, full: bool) -> str:
    file = folder / "orders.csv"
    days = [f"2025-10-{1 + number % 28:02} 10:00:00" for number in range(60)]
    lines = [f"o{number},{day},{day},paid,{number}.50" for number, day in enumerate(days)]
    file.write_text("order_id,placed_at,paid_at,status,paid_amount\n" + "\n".join(lines) + "\n", encoding="utf-8")
    answers = set()
    for name in NAMES:
        project = folder / name / "p"
        project.parent.mkdir()
        made = run(program, folder, "init", str(project))
        assert made.code == 0, f"{name}: {made.err}"
        done = run(program, project, "import", "orders", str(file))
        assert done.code == 0, f"{name}: {done.err}"
        asked = run(program, project, "query", "--metrics", "paid_amount", "--format", "csv")
        assert asked.code == 0, f"{name}: {asked.err}"
        answers.add(asked.out)
        assert (project / ".yunheng/records.db").is_file(), f"{name}: the records are elsewhere"
        private(project)
    assert len(answers) == 1, answers
    project = folder / NAMES[0] / "p"
    done = run(program, project, "targets", "set", "--metric", "net_revenue", "--period", "2026-01", "--target", "1000")
    assert done.code == 0, done.err
    figures = [f"{len(NAMES)} awkward names", read_only(program, folder, project, answers.pop())]
    figures.append(flips(program, folder, project, random.Random(seed), 300 if full else 25))
    return "; ".join(figures)


def private(project: Path) -> None:
    """Holds every state file and folder to its owner."""
    for path in [project / ".yunheng", *(project / ".yunheng").rglob("*")]:
        rights = stat.S_IMODE(path.stat().st_mode)
        wanted = 0o700 if path.is_dir() else 0o600
        assert rights == wanted, f"{path} has rights {rights:o}"


def read_only(program: Path, folder: Path, project: Path, answer: str) -> str:
    """A project below a mount that cannot be written answers, and says what cannot be done."""
    place = folder / "media"
    place.mkdir()
    mounted = subprocess.run(["mount", "--bind", project, place], capture_output=True, check=False).returncode == 0 if os.geteuid() == 0 else False
    if not mounted:
        print("skipped: read-only media need a mount, which only root can make")
        return "read-only media skipped"
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", place], check=True, capture_output=True)
        before = {path: path.stat().st_mtime_ns for path in place.rglob("*")}
        asked = run(program, place, "query", "--metrics", "paid_amount", "--format", "csv")
        assert (asked.code, asked.out) == (0, answer), f"{asked.out}{asked.err}"
        assert "cannot be written" in asked.err, asked.err
        looked = run(program, place, "doctor")
        assert looked.code == 0 and "不可写" in looked.out, f"{looked.out}{looked.err}"
        writes = [
            ["targets", "set", "--metric", "net_revenue", "--period", "2026-02", "--target", "1"],
            ["import", "orders", str(folder / "orders.csv")],
            ["import", "undo", "1"],
            ["records", "move", f"sqlite:{folder}/moved.db"],
        ]
        for command in writes:
            refused = run(program, place, *command)
            assert refused.code == 5 and "error[read-only]" in refused.err and "hint:" in refused.err, f"{command}: {refused.err}"
        with Server(program, place) as server:
            status, body = server.ask("/query", {"metrics": ["paid_amount"]})
            assert status == 200, body
            status, body = server.ask("/targets", {"metric": "net_revenue", "period": "2026-02", "target": "1"})
            assert (status, body["code"]) == (409, "read-only"), body
        assert before == {path: path.stat().st_mtime_ns for path in place.rglob("*")}, "something was written"
        return f"read-only media answer, {len(writes) + 1} writes refused by name"
    finally:
        subprocess.run(["umount", place], check=True)


def flips(program: Path, folder: Path, project: Path, chance: random.Random, number: int) -> str:
    """Flips one bit of the records at a time: targets are the same, or their damage is named."""
    whole = folder / "records.db"
    for value in range(40):
        done = run(program, project, "targets", "set", "--metric", "net_revenue", "--period", f"2026-{1 + value % 12:02}", "--target", str(2000 + value), "--reason", "试")
        assert done.code == 0, done.err
    database = project / ".yunheng/records.db"
    # As after a clean end: everything in the one file.
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    shutil.copy(database, whole)
    truth = run(program, project, "targets", "list")
    assert truth.code == 0, truth.err
    content = whole.read_bytes()
    # Half of the bits where the targets stand, half anywhere.
    texts = [at for value in range(2028, 2040) for at in places(content, str(value).encode())]
    same = named = 0
    for turn in range(number):
        at = chance.choice(texts) if turn % 2 else chance.randrange(len(content))
        damaged = bytearray(content)
        damaged[at] ^= 1 << chance.randrange(8)
        for end in ("-wal", "-shm"):
            Path(f"{database}{end}").unlink(missing_ok=True)
        database.write_bytes(damaged)
        shown = run(program, project, "targets", "list")
        assert not shown.panicked, f"bit at {at}: {shown.err}"
        if shown.code == 0:
            assert shown.out == truth.out, f"a flipped bit at {at} gave other targets:\n{shown.out}"
            same += 1
        else:
            assert "error[" in shown.err and "hint:" in shown.err, f"bit at {at}: {shown.err}"
            named += 1
    for end in ("-wal", "-shm"):
        Path(f"{database}{end}").unlink(missing_ok=True)
    shutil.copy(whole, database)
    assert named > 0
    return f"{number} bits of the records flipped: 0 wrong targets, {named} named, {same} without effect"


def places(content: bytes, text: bytes) -> list[int]:
    found, at = [], content.find(text)
    while at >= 0:
        found += range(at, at + len(text))
        at = content.find(text, at + 1)
    return found
