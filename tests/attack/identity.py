"""Kills imports at random moments, and lets lakes and records meet that do not belong together."""

import csv
import hashlib
import io
import json
import os
import random
import shutil
import sqlite3
import subprocess
import time
from decimal import Decimal
from pathlib import Path

from program import ENVIRONMENT, run

HEADER = ["order_id", "customer_id", "store_id", "placed_at", "paid_at", "status", "paid"]


class Shop:
    """A project and what its facts should be: amounts by order."""

    def __init__(self, program: Path, folder: Path) -> None:
        self.program, self.folder = program, folder
        self.orders: dict[str, Decimal] = {}
        self.files = 0

    @classmethod
    def new(cls, program: Path, folder: Path) -> "Shop":
        done = run(program, folder.parent, "init", str(folder))
        assert done.code == 0, done.err
        return cls(program, folder)

    @property
    def lake(self) -> Path:
        return self.folder / ".yunheng" / "lake"

    def copy(self, to: Path) -> "Shop":
        shutil.copytree(self.folder, to)
        other = Shop(self.program, to)
        other.orders, other.files = dict(self.orders), self.files
        return other

    def run(self, *arguments: str):
        done = run(self.program, self.folder, *arguments)
        assert not done.panicked, done.err
        return done

    def records(self, url: str | None) -> None:
        """Points the records at a database; None is the project's own."""
        file = self.folder / "yunheng.toml"
        settings = file.read_text(encoding="utf-8").split("[records]")[0]
        file.write_text(settings + (f'[records]\nurl = "{url}"\n' if url else ""), encoding="utf-8")

    def file(self, random_: random.Random, rows: int) -> tuple[Path, dict[str, Decimal]]:
        """A file of new orders and corrections of old ones, and the orders after it."""
        self.files += 1
        after = dict(self.orders)
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(HEADER)
        ids = random_.sample(range(1, 4 * rows + 1), rows)
        for number in ids:
            amount = Decimal(random_.randrange(1, 1_000_000)) / 100
            at = f"2025-{random_.randrange(1, 7):02}-{random_.randrange(1, 28):02} 12:00:00"
            # An order keeps its month, so that its amount is all that a correction changes.
            order = f"O{number:06}"
            writer.writerow([order, f"C{number % 50}", "S01", at, at, "交易成功", f"{amount:.2f}"])
            after[order] = amount
        path = self.folder / "data" / f"file-{self.files}.csv"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.getvalue(), encoding="utf-8")
        return path, after

    def read(self) -> tuple[Decimal, int]:
        done = self.run("query", "--metrics", "paid_amount,paid_orders", "--format", "json")
        assert done.code == 0, done.err
        rows = json.loads(done.out)["rows"]
        if not rows or rows[0][0] is None:
            return Decimal(0), 0
        return Decimal(str(rows[0][0])), int(rows[0][1])

    def check(self, *allowed: dict[str, Decimal]) -> dict[str, Decimal]:
        """The one of the allowed states that the program shows."""
        found = self.read()
        for state in allowed:
            if found == truth(state):
                return state
        raise AssertionError(f"{found} is none of {[truth(state) for state in allowed]}")

    def imports(self, random_: random.Random, rows: int) -> None:
        path, after = self.file(random_, rows)
        done = self.run("import", "orders", str(path))
        assert done.code == 0, done.err
        self.orders = after
        self.check(after)

    def bytes(self) -> dict[str, str]:
        return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(self.lake.rglob("*")) if path.is_file()}

    def refused(self, random_: random.Random, codes: tuple[str, ...]) -> None:
        """An import and a question are refused by a code with a hint, and not a byte of the lake changes."""
        before, orders, files = self.bytes(), self.orders, self.files
        path, _ = self.file(random_, 5)
        for arguments in (("import", "orders", str(path)), ("query", "--metrics", "paid_amount"), ("lake",)):
            done = self.run(*arguments)
            code = done.err.split("]")[0].removeprefix("error[")
            assert done.code == 2 and code in codes and "hint: " in done.err, f"{arguments}: {codes} expected: {done.out}{done.err}"
        self.orders, self.files = orders, files
        assert self.bytes() == before, f"the lake changed under {codes}"

    def adopt(self, *arguments: str) -> None:
        done = self.run("lake", "adopt", *arguments)
        assert done.code == 0, done.err


def truth(orders: dict[str, Decimal]) -> tuple[Decimal, int]:
    return sum(orders.values(), Decimal(0)), len(orders)


def killed(shop: Shop, seconds: float, *arguments: str) -> bool:
    """Runs a command and kills it after a while; whether it was still running."""
    command = [shop.program, "-C", shop.folder, *arguments]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
    time.sleep(seconds)
    was_running = process.poll() is None
    process.kill()
    process.wait()
    return was_running


def duration(shop: Shop, random_: random.Random) -> float:
    """How long an undisturbed import takes."""
    path, after = shop.file(random_, 300)
    started = time.monotonic()
    done = shop.run("import", "orders", str(path))
    seconds = time.monotonic() - started
    assert done.code == 0, done.err
    shop.orders = shop.check(after)
    return seconds


def kills(program: Path, folder: Path, random_: random.Random, count: int) -> str:
    """Imports and undos are cut off: the facts are those before or after, and later work goes on from there."""
    shop = Shop.new(program, folder / "killed")
    shop.imports(random_, 300)
    whole = duration(shop, random_)
    cut = after_count = 0
    undo: dict[str, Decimal] | None = None
    for number in range(count):
        path, after = shop.file(random_, 300)
        arguments = ("import", "orders", str(path))
        if undo is not None and random_.random() < 0.2:
            last = shop.run("imports", "--limit", "200").out.splitlines()
            committed = next(line.split()[0] for line in last if "committed" in line)
            arguments, after = ("import", "undo", committed), undo
        was_running = killed(shop, random_.uniform(0, whole * 1.3), *arguments)
        before = shop.orders
        shop.orders = shop.check(before, after)
        cut += was_running
        after_count += shop.orders == after
        undo = before if arguments[1] == "orders" and shop.orders == after else None
        if number % 10 == 9:
            whole = duration(shop, random_)
            undo = None
            said = shop.run("lake")
            assert said.code == 0 and "written again" not in said.out and "no snapshot names" not in said.out, said.out + said.err
    # What was cut off lies in the trash, and the history beside the lake makes the same facts again.
    database = folder / "again.db"
    shop.records(f"sqlite://{database}?mode=rwc")
    for _ in range(max(3, count // 10)):
        killed(shop, random_.uniform(0, whole), "lake", "adopt")
    shop.adopt()
    shop.check(shop.orders)
    return f"{count} imports and undos killed ({cut} while they ran, {after_count} had committed), 0 half states"


def meetings(program: Path, folder: Path, random_: random.Random, count: int) -> str:
    """Records and lakes that do not belong together are refused untouched, and the way out is the one in the hint."""
    template = Shop.new(program, folder / "template")
    template.imports(random_, 40)
    early = template.folder / ".yunheng" / "records.db"
    older = early.read_bytes()
    template.imports(random_, 40)
    other = Shop.new(program, folder / "other")
    other.imports(random_, 10)
    cases = [empty_records, other_records, older_records, copied_folder, moved_folder, lost_id, foreign_id, lost_lake, foreign_lake, lost_manifest, old_project]
    for number in range(count):
        place = folder / f"case-{number}"
        place.mkdir()
        shop = template.copy(place / "shop")
        stranger = other.copy(place / "stranger")
        case = cases[number % len(cases)]
        try:
            case(shop, stranger, place, random_, older)
            shop.imports(random_, 20)
        except AssertionError as error:
            raise AssertionError(f"{case.__name__} (case {number}): {error}") from error
        shutil.rmtree(place)
    return f"{count} meetings of lakes and records in {len(cases)} forms, 0 bytes changed where refused, 0 wrong totals after"


def database(place: Path, name: str) -> str:
    return f"sqlite://{place / name}?mode=rwc"


def empty_records(shop: Shop, _: Shop, place: Path, random_: random.Random, __: bytes) -> None:
    shop.records(database(place, "empty.db"))
    if random_.random() < 0.3:
        (shop.lake / "lake.json").unlink()
    shop.refused(random_, ("lake-unknown",))
    shop.adopt()
    shop.check(shop.orders)


def other_records(shop: Shop, stranger: Shop, place: Path, random_: random.Random, __: bytes) -> None:
    stranger.records(database(place, "other.db"))
    stranger.adopt()
    shop.records(database(place, "other.db"))
    shop.refused(random_, ("lake-other",))
    assert "lake-has-facts" in shop.run("lake", "adopt").err
    stranger.check(stranger.orders)
    if random_.random() < 0.5:
        shop.records(None)
    else:
        shop.adopt("--replace")
        stranger.refused(random_, ("lake-other",))
    shop.check(shop.orders)


def older_records(shop: Shop, _: Shop, __: Path, random_: random.Random, older: bytes) -> None:
    for name in ("records.db-wal", "records.db-shm"):
        (shop.folder / ".yunheng" / name).unlink(missing_ok=True)
    (shop.folder / ".yunheng" / "records.db").write_bytes(older)
    shop.refused(random_, ("records-older",))
    shop.adopt()
    shop.check(shop.orders)


def copied_folder(shop: Shop, _: Shop, place: Path, random_: random.Random, __: bytes) -> None:
    shop.records(database(place, "shared.db"))
    shop.adopt()
    copy = shop.copy(place / "copy")
    copy.refused(random_, ("lake-copied",))
    shop.imports(random_, 10)
    copy.refused(random_, ("lake-copied",))
    if random_.random() < 0.5:
        copy.records(database(place, "own.db"))
        copy.adopt()
        copy.imports(random_, 10)
    else:
        shutil.rmtree(shop.folder)
        copy.refused(random_, ("lake-older",))
        copy.adopt("--replace")
        copy.imports(random_, 10)
        shop.folder, shop.orders = copy.folder, copy.orders


def moved_folder(shop: Shop, _: Shop, place: Path, random_: random.Random, __: bytes) -> None:
    if random_.random() < 0.5:
        shop.records(database(place, "shared.db"))
        shop.adopt()
    if random_.random() < 0.5:
        shop.folder = shop.folder.rename(place / "renamed")
    else:
        moved = shop.copy(place / "moved")
        shutil.rmtree(shop.folder)
        shop.folder = moved.folder
    shop.check(shop.orders)


def lost_id(shop: Shop, _: Shop, place: Path, random_: random.Random, __: bytes) -> None:
    id_file = shop.lake / "lake.json"
    whole = id_file.read_bytes()
    if random_.random() < 0.3:
        id_file.unlink()
    elif random_.random() < 0.5:
        id_file.write_bytes(random_.randbytes(20))
    else:
        at = random_.randrange(len(whole) - 1)
        id_file.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << random_.randrange(8)]) + whole[at + 1 :])
    shop.check(shop.orders)


def foreign_id(shop: Shop, stranger: Shop, place: Path, random_: random.Random, __: bytes) -> None:
    own = (shop.lake / "lake.json").read_bytes()
    shutil.copy(stranger.lake / "lake.json", shop.lake / "lake.json")
    shop.refused(random_, ("lake-other",))
    (shop.lake / "lake.json").write_bytes(own)
    shop.check(shop.orders)


def lost_lake(shop: Shop, _: Shop, place: Path, random_: random.Random, __: bytes) -> None:
    shop.lake.rename(place / "lake")
    shop.refused(random_, ("lake-missing",))
    shutil.rmtree(shop.lake, ignore_errors=True)
    (place / "lake").rename(shop.lake)
    shop.check(shop.orders)


def foreign_lake(shop: Shop, stranger: Shop, place: Path, random_: random.Random, __: bytes) -> None:
    shop.lake.rename(place / "lake")
    shutil.copytree(stranger.lake, shop.lake)
    if random_.random() < 0.3:
        (shop.lake / "lake.json").unlink()
    shop.refused(random_, ("lake-other", "lake-files-missing"))
    shutil.rmtree(shop.lake)
    (place / "lake").rename(shop.lake)
    shop.check(shop.orders)


def lost_manifest(shop: Shop, _: Shop, place: Path, random_: random.Random, __: bytes) -> None:
    if random_.random() < 0.5:
        shutil.rmtree(shop.lake / "manifest")
    else:
        # As a crash between commit and manifest leaves it.
        max((shop.lake / "manifest").glob("*.jsonl")).unlink()
        if random_.random() < 0.5:
            shop.adopt()
        # Which files left since is known to the records only, so both may not be lost.
        shop.check(shop.orders)
        return
    shop.check(shop.orders)
    shop.records(database(place, "again.db"))
    shop.refused(random_, ("lake-unknown",))
    shop.adopt()
    shop.check(shop.orders)


def old_project(shop: Shop, _: Shop, place: Path, random_: random.Random, __: bytes) -> None:
    """As an older version left it: neither an id nor a history, in the folder or in the records."""
    (shop.lake / "lake.json").unlink()
    shutil.rmtree(shop.lake / "manifest")
    with sqlite3.connect(shop.folder / ".yunheng" / "records.db") as records:
        records.executescript("DROP TABLE lakes; DELETE FROM seaql_migrations WHERE version = 'm0006_lakes'")
    records.close()
    if random_.random() < 0.5:
        lost = random_.choice(sorted(shop.lake.rglob("*.parquet")))
        with sqlite3.connect(shop.folder / ".yunheng" / "records.db") as records:
            live = records.execute("SELECT 1 FROM files WHERE path = ? AND kind = 'live' AND end_snapshot IS NULL", [str(lost.relative_to(shop.lake))])
            is_live = live.fetchone() is not None
        records.close()
        lost.rename(place / "lost")
        if is_live:
            shop.refused(random_, ("lake-files-missing",))
            (place / "lost").rename(lost)
    shop.check(shop.orders)


def on_postgres(program: Path, folder: Path, random_: random.Random) -> str:
    """The same with one PostgreSQL for two folders, where a server is given."""
    server = os.environ.get("YUNHENG_TEST_POSTGRES")
    if not server:
        return "PostgreSQL not given"
    shop = Shop.new(program, folder / "pg")
    shop.imports(random_, 40)
    shop.records(server)
    shop.refused(random_, ("lake-unknown",))
    shop.adopt()
    shop.imports(random_, 40)
    copy = shop.copy(folder / "pg-copy")
    copy.refused(random_, ("lake-copied",))
    new = Shop.new(program, folder / "pg-new")
    new.records(server)
    new.refused(random_, ("lake-missing",))
    shop.imports(random_, 40)
    return "copies and strangers on one PostgreSQL refused"


def attack(program: Path, folder: Path, seed: int, full: bool) -> str:
    random_ = random.Random(seed)
    return "; ".join([
        kills(program, folder, random_, 220 if full else 8),
        meetings(program, folder, random_, 200 if full else 10),
        on_postgres(program, folder, random_),
    ])
