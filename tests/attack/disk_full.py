"""Every step that writes meets a full disk: it says so, and leaves nothing behind."""

import contextlib
import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from program import Ran, Server, run

MB = 1 << 20


def attack(program: Path, folder: Path, seed: int, full: bool) -> str:
    if os.geteuid() != 0:
        print("skipped: a disk of a few megabytes can be mounted by root only")
        return "skipped: not root"
    disk = folder / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk], capture_output=True, text=True, check=False)
    if mounted.returncode != 0:
        print(f"skipped: no disk can be mounted here: {mounted.stderr.strip()}")
        return "skipped: nothing can be mounted"
    try:
        return trial(program, folder, disk, random.Random(seed), full)
    finally:
        subprocess.run(["umount", disk], check=True)


def trial(program: Path, folder: Path, disk: Path, chance: random.Random, full: bool) -> str:
    project = disk / "p"
    made = run(program, folder, "init", str(project))
    assert made.code == 0, made.err
    small, large = folder / "small.csv", folder / "large.csv"
    orders(small, 200, chance, 0)
    orders(large, 30_000, chance, 1_000)
    done = run(program, project, "import", "orders", str(small))
    assert done.code == 0, done.err
    targets = folder / "targets.csv"
    lines = [f"net_revenue,2026-{month:02},{n}" for month in range(1, 13) for n in [month * 1000]]
    targets.write_text("metric,period,target\n" + "\n".join(lines) + "\n", encoding="utf-8")
    answer = run(program, project, "query", "--metrics", "paid_amount", "--format", "csv")
    assert answer.code == 0, answer.err
    steps = {
        "import": lambda: run(program, project, "import", "orders", str(large)),
        "targets": lambda: run(program, project, "targets", "import", str(targets)),
        "export": lambda: run(program, project, "query", "--metrics", "paid_amount", "--group-by", "metric_time__day", "--format", "xlsx", "-o", str(project / "a.xlsx")),
        "source": lambda: run(program, project, "source", "add", "--preset", "qianniu", "--store", "S01"),
        "move": lambda: run(program, project, "records", "move", f"sqlite:{project}/other.db"),
    }
    told = 0
    # From no space at all to almost enough: each step meets the end of the disk at another place.
    rooms = [0, 8, 64, 256, 700] if not full else [0, 4, 8, 16, 32, 64, 128, 256, 400, 600, 800, 1200, 1600, 2400]
    for room in rooms:
        for name, step in steps.items():
            before = state(project)
            if name == "move":
                keep(project, folder / "kept")
            with filled(disk, room << 10):
                done = step()
                assert not done.panicked, f"{name} with {room} KB: {done.err}"
                if done.code != 0:
                    assert "disk-full" in done.err and "hint:" in done.err, f"{name} with {room} KB free said: {done.err}"
                    told += 1
                    left = state(project) - before
                    assert not left, f"{name} with {room} KB free left {sorted(left)[:4]}"
            if done.code == 0:
                undo(program, project, name, done)
            after = run(program, project, "query", "--metrics", "paid_amount", "--format", "csv")
            assert (after.code, after.out) == (0, answer.out), f"after {name} with {room} KB: {after.out}{after.err}"
    uploads = upload(program, folder, disk, project, large)
    looked = run(program, project, "doctor")
    assert "审计链" in looked.out and "损坏" not in looked.out, looked.out
    assert told >= len(rooms), f"only {told} steps met the end of the disk"
    return f"{len(rooms) * len(steps)} steps on a disk with 0 to {rooms[-1]} KB left, {told} refused as disk-full, {uploads} uploads refused, nothing left behind, same answer after each"


def orders(path: Path, rows: int, chance: random.Random, first: int) -> None:
    lines = ["order_id,placed_at,paid_at,status,paid_amount,customer_id,note"]
    for number in range(first, first + rows):
        noise = f"{chance.getrandbits(200):x}"
        at = f"2025-{1 + number % 12:02}-{1 + number % 28:02} 10:00:00"
        lines.append(f"o{number},{at},{at},paid,{number % 977}.50,c{chance.getrandbits(60)},{noise}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def state(project: Path) -> set[str]:
    """Every file but those that a database keeps beside itself while it is open, and the empty notes of steps that did not end."""
    passing = ("-wal", "-shm", ".lock")
    files = (path for path in project.rglob("*") if path.is_file() and path.parent.name != "staging")
    return {str(path.relative_to(project)) for path in files if not path.name.endswith(passing)}


def undo(program: Path, project: Path, name: str, done: Ran) -> None:
    """Takes back a step that had room enough, so that the next one begins where this one did."""
    if name == "import":
        newest = run(program, project, "imports").out.split()[0].lstrip("#")
        back = run(program, project, "import", "undo", newest)
        assert back.code == 0, back.err
    for path in [project / "a.xlsx", project / "sources/qianniu.yaml"]:
        path.unlink(missing_ok=True)
    if name == "move":
        # The copy leaves as it came, with the log that lies beside it.
        for path in project.glob("other.db*"):
            path.unlink()
        for path in (project / ".yunheng").glob("records.db*"):
            path.unlink()
        shutil.copytree(project.parent.parent / "kept", project, dirs_exist_ok=True)


def keep(project: Path, place: Path) -> None:
    """Copies settings and records while nobody has them open."""
    shutil.rmtree(place, ignore_errors=True)
    (place / ".yunheng").mkdir(parents=True)
    shutil.copy(project / "yunheng.toml", place)
    for path in (project / ".yunheng").glob("records.db*"):
        shutil.copy(path, place / ".yunheng")


@contextlib.contextmanager
def filled(disk: Path, room: int) -> Iterator[None]:
    """Fills a disk but for a few bytes."""
    filler = disk / "filler"
    with open(filler, "wb") as out:
        free = os.statvfs(disk)
        left = free.f_bavail * free.f_frsize - room
        with contextlib.suppress(OSError):
            while left > 0:
                left -= out.write(b"\0" * min(left, MB // 4))
                out.flush()
    try:
        yield
    finally:
        filler.unlink()


def upload(program: Path, folder: Path, disk: Path, project: Path, large: Path) -> int:
    """A server whose disk is full refuses an upload and goes on answering."""
    refused = 0
    with Server(program, project) as server:
        with filled(disk, 128 << 10):
            for _ in range(3):
                sent = subprocess.run(
                    ["curl", "-s", "-H", f"Authorization: Bearer {server.token}", "-F", f"file=@{large}", f"{server.url}/api/v1/uploads"],
                    capture_output=True, text=True, check=False,
                )
                assert "disk-full" in sent.stdout, sent.stdout
                refused += 1
            left = [path for path in (project / ".yunheng/uploads").rglob("*") if path.is_file()]
            assert not left, f"an upload that failed left {left}"
            status, answer = server.ask("/query", {"metrics": ["paid_amount"]})
            assert status == 200, answer
        target = {"metric": "paid_amount", "period": "2026-01", "reason": "试"}
        with filled(disk, 0):
            # The database's log has some room of its own, which is used up first.
            for number in range(1_000):
                status, answer = server.ask("/targets", {**target, "target": str(10_000 + number)})
                if status != 204:
                    break
            assert status != 204 and answer["code"] == "disk-full", f"{number} targets on a full disk: {answer}"
        status, answer = server.ask("/targets", {**target, "target": "99999"})
        assert status == 204, f"with space again: {answer}"
    return refused
