"""Flips, deletes, cuts and swaps every kind of stored file: an answer is right or names the damage."""

import json
import random
import shutil
import sqlite3
import urllib.error
import urllib.request
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from program import Server, run

MONTHS, ORDERS, STORES = 6, 60, ("S01", "S02", "S03")
CHANNELS = ("app", "web", "直播")
QUESTIONS = [
    {"metrics": ["paid_amount", "paid_orders"], "group_by": ["metric_time__month"]},
    {"metrics": ["paid_amount"], "group_by": ["order__channel"]},
    {"metrics": ["paid_amount"], "group_by": ["store"], "start_time": "2025-02-01", "end_time": "2025-03-31"},
    {"metrics": ["buyers"], "group_by": ["metric_time__month", "order__channel"]},
    {"metrics": ["paid_amount"], "where": ["{{ Dimension('order__channel') }} = 'web'"]},
    {"metrics": ["paid_amount"], "where": ["{{ Dimension('order__region') }} = '华东'"], "group_by": ["metric_time__month"]},
    {"metrics": ["paid_amount", "average_order_value"], "start_time": "2025-04-10", "end_time": "2025-04-12", "group_by": ["metric_time__day"]},
    {"metrics": ["visits"], "group_by": ["metric_time__month"]},
    {"metrics": ["new_customers"], "group_by": ["metric_time__month"]},
    {"metrics": ["refund_amount"], "group_by": ["metric_time__month"]},
    {"metrics": ["net_revenue"], "compare": ["previous"], "group_by": ["metric_time__month"]},
]
LINEAGE = {"metric": "paid_amount", "query": {"metrics": ["paid_amount"], "group_by": ["metric_time__month"]}, "cell": {"metric_time__month": "2025-02-01"}}
#: Codes by which damage is named; any other failure counts against the program.
NAMED = {"damaged-lake", "damaged-records", "records", "records-open", "derived", "derived-stale"}


@dataclass
class Shop:
    folder: Path
    files: dict[str, list[Path]] = field(default_factory=dict)


def order(number: int, month: int, paid: float, picked: random.Random) -> str:
    day = 1 + number % 27
    at = f"2025-{month:02}-{day:02} {8 + number % 12:02}:{number % 60:02}:00"
    region = picked.choice(("华东", "华南", ""))
    return f"{month}{number:04},C{number % 23:03},{STORES[number % 3]},{at},{at},交易成功,{paid:.2f},{CHANNELS[number % 3]},{region}"


def build(program: Path, folder: Path, seed: int) -> Shop:
    """A project with orders, corrections twice over, refunds, traffic, and rows that were refused."""
    picked = random.Random(seed)
    project, data = folder / "project", folder / "data"
    data.mkdir()
    done = run(program, folder, "init", str(project))
    assert done.code == 0, done.err
    head = "order_id,customer_id,store_id,placed_at,paid_at,status,paid,channel,region"
    lines = [order(n, month, 20 + n * 1.37 + month, picked) for month in range(1, MONTHS + 1) for n in range(ORDERS)]
    write(data / "a-orders.csv", [head, *lines, "bad,C1,S01,never,never,交易成功,x,app,"])
    write(data / "b-orders.csv", [head, *(order(n, 2, 500 + n, picked) for n in range(0, ORDERS, 7))])
    write(data / "c-orders.csv", [head, *(order(n, 3, 700 + n, picked) for n in range(0, ORDERS, 9)), order(999, 6, 12.5, picked)])
    write(data / "d-orders.csv", [head, *(order(n, 2, 900 + n, picked) for n in range(0, ORDERS, 5)), *(order(n, 4, 901 + n, picked) for n in range(0, ORDERS, 5))])
    refunds = [f"R{n},1{n:04},2025-02-{1 + n:02} 10:00:00,2025-02-{2 + n:02} 10:00:00,completed,{5 + n}.50" for n in range(20)]
    write(data / "refunds.csv", ["refund_id,order_id,requested_at,completed_at,status,amount", *refunds])
    days = [f"S01,2025-{m:02}-{d:02},day,全部,{400 + 10 * m + d},{900 + d},{30 + d % 7},{30 + d % 7},100.00" for m in range(1, 7) for d in range(1, 29)]
    write(data / "traffic.csv", ["store_id,period_start,grain,source,visitors,page_views,paying_buyers,paid_orders,paid_amount", *days])
    for dataset, name in [("orders", "a-orders"), ("refunds", "refunds"), ("traffic", "traffic"), ("orders", "b-orders"), ("orders", "c-orders")]:
        done = run(program, project, "import", dataset, str(data / f"{name}.csv"))
        assert done.code == 0, f"{name}: {done.err}"
    shop = Shop(project)
    sort_files(shop)
    return shop


def write(path: Path, lines: list[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def sort_files(shop: Shop) -> None:
    """Every stored file by its kind, as the records know them."""
    state = shop.folder / ".yunheng"
    records = sqlite3.connect(f"file:{state / 'records.db'}?mode=ro", uri=True)
    rows = records.execute("SELECT path, kind, sidecar, derived, end_snapshot FROM files").fetchall()
    records.close()
    live = {path for path, kind, _, _, end in rows if kind == "live" and end is None}
    kinds: dict[str, set[str]] = {}
    for path, kind, sidecar, derived, end in rows:
        what = "derived" if derived else kind if end is None else "retired"
        if end is not None and (derived or path in live):
            continue
        kinds.setdefault(what, set()).add(path)
        if what in ("live", "derived"):
            kinds.setdefault(f"sums of {what}", set()).add(f"{path}.sums")
        if what == "live" and sidecar:
            kinds.setdefault("key hashes", set()).add(sidecar)
            kinds.setdefault("sums of key hashes", set()).add(f"{sidecar}.sums")
    found = {kind: [Path("lake") / path for path in sorted(paths) if (state / "lake" / path).exists()] for kind, paths in kinds.items()}
    found["rejected rows"] = [path.relative_to(state) for path in sorted((state / "rejects").glob("*.csv"))]
    found["records"] = [Path("records.db")]
    shop.files = {kind: paths for kind, paths in found.items() if paths}


def numbers(answer: object) -> object:
    """What an answer says, without what changes from one asking to the next."""
    if isinstance(answer, dict):
        return {key: numbers(value) for key, value in answer.items() if key not in ("snapshot", "snapshot_id", "request_id", "took_ms", "duration_ms", "elapsed_ms", "defined", "sql")}
    return [numbers(value) for value in answer] if isinstance(answer, list) else answer


def in_order(answer: object) -> object:
    """The rows of a page, each with where it came from, in an order of their own."""
    if not isinstance(answer, dict) or "rows" not in answer:
        return answer
    return {**answer, "rows": sorted(zip(answer["rows"], answer["origin"]), key=json.dumps), "origin": []}


def ask_all(server: Server) -> list[tuple[int, object]]:
    answers = [server.ask("/query", question) for question in QUESTIONS]
    answers.append(server.ask("/lineage", LINEAGE))
    status, rows = server.ask("/lineage/rows", {**LINEAGE, "limit": 1000})
    answers.append((status, in_order(rows)))
    return [(status, numbers(answer)) for status, answer in answers] + [rejected(server)]


def rejected(server: Server) -> tuple[int, object]:
    request = urllib.request.Request(f"{server.url}/api/v1/imports/1/rejects.csv", headers={"Authorization": f"Bearer {server.token}"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode("utf-8", errors="replace")
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"null")


def damage(state: Path, path: Path, how: str, others: list[Path], picked: random.Random) -> bool:
    """Damages one file; false when it cannot be damaged so."""
    file = state / path
    size = file.stat().st_size
    if how == "delete":
        file.unlink()
    elif how == "cut":
        with file.open("r+b") as out:
            out.truncate(picked.randrange(size))
    elif how == "flip":
        at, bit = picked.randrange(size), picked.randrange(8)
        content = bytearray(file.read_bytes())
        content[at] ^= 1 << bit
        file.write_bytes(content)
    else:
        rest = [other for other in others if other != path and (state / other).read_bytes() != file.read_bytes()]
        if not rest:
            return False
        with_ = picked.choice(rest)
        # A swapped file brings its sums along in half of the cases.
        pairs = [(file, state / with_)]
        if picked.random() < 0.5 and Path(f"{file}.sums").exists():
            pairs.append((Path(f"{file}.sums"), Path(f"{state / with_}.sums")))
        for one, other in pairs:
            kept = one.read_bytes()
            one.write_bytes(other.read_bytes())
            other.write_bytes(kept)
    return True


def serve_and_ask(program: Path, folder: Path) -> list[tuple[int, object]] | str:
    """The answers of a served project, or what the program said when it did not start."""
    try:
        with Server(program, folder) as server:
            return ask_all(server)
    except AssertionError as error:
        return str(error)


def difference(wanted: object, given: object, at: str = "") -> str:
    """Where two answers differ first."""
    if isinstance(wanted, dict) and isinstance(given, dict):
        for key in sorted({*wanted, *given}):
            if wanted.get(key) != given.get(key):
                return difference(wanted.get(key), given.get(key), f"{at}.{key}")
    if isinstance(wanted, list) and isinstance(given, list) and len(wanted) == len(given):
        for number, (one, other) in enumerate(zip(wanted, given)):
            if one != other:
                return difference(one, other, f"{at}[{number}]")
    return f"{at}: {str(given)[:200]} instead of {str(wanted)[:200]}"


def judge(case: str, right: list[tuple[int, object]], given: list[tuple[int, object]] | str, seen: Counter) -> None:
    if isinstance(given, str):
        assert "error[" in given and "hint:" in given and "panicked" not in given, f"{case}: it does not start and does not say what to do: {given}"
        seen["refused"] += 1
        return
    for number, (expected, (status, answer)) in enumerate(zip(right, given)):
        if status == 200:
            assert (status, answer) == expected, f"{case}: question {number} gives a wrong answer, {difference(expected[1], answer)}"
            seen["right"] += 1
            continue
        assert isinstance(answer, dict) and answer.get("hint"), f"{case}: question {number} fails without saying what to do: {answer}"
        assert answer["code"] in NAMED | {"no-rejects"}, f"{case}: question {number} fails with {answer['code']}: {answer}"
        seen["named"] += 1


def attack(program: Path, folder: Path, seed: int, full: bool) -> str:
    picked = random.Random(seed)
    shop = build(program, folder, seed)
    right = serve_and_ask(program, shop.folder)
    assert isinstance(right, list), f"the project is not served: {right}"
    assert all(status == 200 for status, _ in right), f"not answered: {[answer for status, answer in right if status != 200]}"
    sound = run(program, shop.folder, "verify")
    assert sound.code == 0, f"verify finds fault with a whole project: {sound.out}{sound.err}"
    corrected = folder / "corrected"
    shutil.copytree(shop.folder, corrected)
    fix = str(folder / "data" / "d-orders.csv")
    assert run(program, corrected, "import", "orders", fix).code == 0
    right_after = serve_and_ask(program, corrected)
    seen: Counter = Counter()
    plan = [(kind, how) for kind in shop.files for how in ("flip", "flip", "delete", "cut", "swap")]
    rounds = 8 if full else 1
    cases = [case for _ in range(rounds) for case in plan]
    if not full:
        cases = picked.sample(cases, 25)
    wrong: list[str] = []
    for number, (kind, how) in enumerate(cases):
        try:
            one_case(program, folder, shop, (number, kind, how), (right, right_after, fix), picked, seen)
        except AssertionError as error:
            wrong.append(str(error)[:1000])
    assert not wrong, f"{len(wrong)} of {len(cases)} cases: " + "\n".join(wrong[:20])
    told = ", ".join(f"{seen[what]} {what}" for what in ("right", "named", "refused", "corrected", "correction refused", "found by verify", "mended"))
    return f"{seen['cases']} damaged projects of {len(shop.files)} kinds of files, 0 wrong numbers: {told}"


def one_case(program: Path, folder: Path, shop: Shop, what: tuple, expected: tuple, picked: random.Random, seen: Counter) -> None:
    (number, kind, how), (right, right_after, fix) = what, expected
    path = picked.choice(shop.files[kind])
    copy, looked = folder / f"case-{number}", folder / f"look-{number}"
    shutil.copytree(shop.folder, copy)
    if not damage(copy / ".yunheng", path, how, shop.files[kind], picked):
        shutil.rmtree(copy)
        return
    shutil.copytree(copy, looked)
    case = f"case {number}, {how} of {kind} {path}"
    seen["cases"] += 1
    verified = run(program, looked, "verify")
    assert not verified.panicked, f"{case}: {verified.err}"
    found = verified.code != 0
    # Retired files may leave: only taking imports back reads them, and then says so.
    if kind != "records" and (kind, how) not in (("retired", "delete"), ("rejected rows", "delete")):
        assert found, f"{case}: verify finds nothing: {verified.out}"
        assert path.name.removesuffix(".sums") in verified.out, f"{case}: verify does not name it: {verified.out}"
    if found:
        assert "hint:" in verified.out + verified.err, f"{case}: verify does not say what to do: {verified.out}{verified.err}"
        seen["found by verify"] += 1
    if kind in ("derived", "key hashes") or kind.startswith("sums"):
        repaired = run(program, looked, "verify", "--repair")
        if how != "swap" or kind != "sums of live":
            assert repaired.code == 0, f"{case}: verify --repair leaves it: {repaired.out}{repaired.err}"
            judge(f"{case}, mended", right, serve_and_ask(program, looked), seen)
            seen["mended"] += 1
    judge(case, right, serve_and_ask(program, copy), seen)
    done = run(program, copy, "import", "orders", fix)
    assert not done.panicked, f"{case}: {done.err}"
    if done.code == 0:
        judge(f"{case}, corrected", right_after, serve_and_ask(program, copy), seen)
        seen["corrected"] += 1
    else:
        assert "hint:" in done.err, f"{case}: the correction fails without saying what to do: {done.err}"
        seen["correction refused"] += 1
    for done_with in (copy, looked):
        shutil.rmtree(done_with)
