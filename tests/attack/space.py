"""Space and small steps: 40 corrections, their undoing, kills during compaction, and a small import into a demo."""

import random
import shutil
import subprocess
import time
from decimal import Decimal
from pathlib import Path

from program import ENVIRONMENT, run

HEADER = "order_id,customer_id,store_id,placed_at,paid_at,status,paid\n"
MONTHS = 12
TIMES = 40
YEAR = ("--start-time", "2025-01-01", "--end-time", "2025-12-31", "--format", "csv")


def size(folder: Path) -> int:
    """Bytes of a project's state; what left the facts lies in the trash for a week."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and "trash" not in path.parts)


def line(number: int, paid: str) -> str:
    day = f"2025-{number % MONTHS + 1:02d}-{number % 28 + 1:02d} 10:{number % 60:02d}:00"
    return f"O{number:06d},C{number % 997},S0{number % 3 + 1},{day},{day},交易成功,{paid}\n"


def ok(program: Path, folder: Path, *arguments: str) -> str:
    done = run(program, folder, *arguments, timeout=600)
    assert done.code == 0, f"{' '.join(map(str, arguments))}: {done.err}"
    return done.out


def answers(program: Path, folder: Path) -> str:
    by_month = ok(program, folder, "query", "--metrics", "paid_amount", "--group-by", "metric_time__month", *YEAR)
    rows = ok(program, folder, "rows", "--metric", "paid_amount", "--format", "csv", "--limit", "1000", *YEAR[:4])
    return by_month + rows


def attack(program: Path, folder: Path, seed: int, full: bool) -> str:
    chance = random.Random(seed)
    project = folder / "p"
    made = subprocess.run([program, "init", project], capture_output=True, env=ENVIRONMENT, check=False)
    assert made.returncode == 0, made.stderr.decode()
    figures = [corrections(program, project, chance, full), kills(program, project, chance, 40 if full else 6)]
    figures.append(small_import(program, folder, chance, 1 if full else 0.02))
    return "; ".join(figures)


def corrections(program: Path, project: Path, chance: random.Random, full: bool) -> str:
    """Corrects a few orders again and again, as daily exports do; then takes half of it back."""
    orders, times = (100_000, 40) if full else (12_000, TIMES)
    truth = {number: f"{number % 500}.{number % 100:02d}" for number in range(orders)}
    first = project / "first.csv"
    first.write_text(HEADER + "".join(line(number, paid) for number, paid in truth.items()), encoding="utf-8")
    ok(program, project, "import", "orders", first)
    fresh = size(project / ".yunheng")
    history = [dict(truth)]
    for step in range(times):
        for number in chance.sample(range(orders), 17):
            truth[number] = f"{chance.randrange(1, 900)}.{step % 100:02d}"
        changed = [number for number, paid in truth.items() if paid != history[-1][number]]
        file = project / f"fix-{step}.csv"
        file.write_text(HEADER + "".join(line(number, truth[number]) for number in changed), encoding="utf-8")
        ok(program, project, "import", "orders", file)
        history.append(dict(truth))
    corrected = size(project / ".yunheng")
    before = answers(program, project)
    check_total(program, project, truth)
    ok(program, project, "compact")
    compacted = size(project / ".yunheng")
    assert answers(program, project) == before, "answers or lineage changed with compaction"
    for step in range(times, times // 2, -1):
        ok(program, project, "import", "undo", str(step + 1))
    check_total(program, project, history[times // 2])
    # A month that is corrected is there twice until the next compaction; a fresh import has neither superseded rows nor history.
    assert corrected <= 4 * fresh and compacted <= 2.5 * fresh, f"{fresh} bytes grew to {corrected}, compacted {compacted}"
    verified = run(program, project, "verify", timeout=600)
    assert verified.code == 0, f"verify: {verified.out}{verified.err}"
    trash = sum(path.stat().st_size for path in (project / ".yunheng/lake/trash").rglob("*") if path.is_file())
    mb = [f"{bytes / 1e6:.1f}" for bytes in (fresh, corrected, compacted, trash)]
    return (
        f"{times} corrections of 17 of {orders} orders: {mb[0]} MB became {mb[1]} MB, compacted {mb[2]} MB, trash {mb[3]} MB; "
        f"{times // 2} undone after it, totals right, all verified"
    )


def check_total(program: Path, project: Path, truth: dict[int, str]) -> None:
    answer = ok(program, project, "query", "--metrics", "paid_amount", *YEAR).lstrip("\ufeff").splitlines()
    found = Decimal(answer[1].split(",")[answer[0].split(",").index("paid_amount")])
    wanted = sum(Decimal(paid) for paid in truth.values())
    assert found == wanted, f"paid_amount is {found}, not {wanted}"


def kills(program: Path, project: Path, chance: random.Random, times: int) -> str:
    """Cuts compaction off at any moment: answers and lineage stay, and the next one goes through."""
    copy = project.parent / "killed"
    shutil.copytree(project, copy)
    for step in range(14):
        file = copy / f"small-{step}.csv"
        file.write_text(HEADER + "".join(line(number, f"{step + 1}.00") for number in chance.sample(range(10**6, 10**6 + 500), 30)), encoding="utf-8")
        ok(program, copy, "import", "orders", file)
    before, cut = answers(program, copy), 0
    started = time.monotonic()
    ok(program, copy, "compact")
    whole = time.monotonic() - started
    for _ in range(times):
        file = copy / f"more-{cut}-{chance.random()}.csv"
        file.write_text(HEADER + line(5, f"{chance.randrange(1, 999)}.00"), encoding="utf-8")
        ok(program, copy, "import", "orders", file)
        before = answers(program, copy)
        process = subprocess.Popen([program, "-C", copy, "compact"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
        time.sleep(chance.uniform(0, whole))
        cut += process.poll() is None
        process.kill()
        process.wait()
        assert answers(program, copy) == before, "a killed compaction changed answers"
    ok(program, copy, "compact")
    assert answers(program, copy) == before, "compaction after kills changed answers"
    shutil.rmtree(copy)
    return f"{times} kills during compaction ({cut} in time): 0 changed answers"


def small_import(program: Path, folder: Path, chance: random.Random, scale: float) -> str:
    """The time of an import of 17 orders into a demo, whose derived datasets follow."""
    demo = folder / "demo"
    made = subprocess.run([program, "demo", demo, "--scale", str(scale)], capture_output=True, env=ENVIRONMENT, check=False)
    assert made.returncode == 0, made.stderr.decode()
    file = demo / "orders-17.csv"
    file.write_text(HEADER + "".join(line(10**6 + number, "10.00") for number in range(17)), encoding="utf-8")
    done = run(program, demo, "import", "orders", file, timeout=600)
    assert done.code == 0, done.err
    return f"17 orders into a demo of scale {scale}: {done.seconds:.1f} s"
