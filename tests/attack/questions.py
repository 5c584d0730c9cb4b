"""Questions that would stop a server: each is refused within 2 s, and an ordinary one beside it is answered within 1 s."""

import statistics
import threading
import time
from pathlib import Path

from program import Server, run

#: Seconds allowed to a hostile question and to the ordinary one beside it; a program built for debugging has twenty times as long.
HOSTILE_S, ORDINARY_S = 2.0, 1.0
NEST = ["lower({})", "({})", "abs({})", "CASE WHEN {} THEN 1 END", "CAST({} AS TEXT)", "position({} IN 'a')", "NOT ({})", "trim({})",
        "substring({} FROM 1)", "coalesce(1, {})", "extract(day FROM {})", "order__channel IN ({})", "floor({})", "- ({})"]
VALUES = ["5 % 0 = 1", "mod(1, 0) = 1", "1 / 0 = 1", "date_trunc('x', metric_time) = '2025-01-01'", "CAST('x' AS INTEGER) = 1",
          "CAST(99999999999 AS SMALLINT) = 1", "power(10, 400) > 1", "exp(100000) > 1", "ln(-1) > 0", "sqrt(-1) > 0",
          "9223372036854775807 + length(order__channel) > 0", "-9223372036854775808 - length(order__channel) < 0",
          "abs(CAST('-9223372036854775808' AS BIGINT)) > 0", "9223372036854775807 * length(order__channel) > 0",
          "left(order__channel, -9223372036854775808) = 'a'", "right(order__channel, -9223372036854775808) = 'a'",
          "substr(order__channel, -9223372036854775808, 9223372036854775807) = 'a'", "substr(order__channel, 1, -1) = 'a'",
          "split_part(order__channel, 'a', 0) = 'a'", "split_part(order__channel, 'a', -9223372036854775808) = 'a'",
          "round(1.5, 2147483648) > 0", "round(length(order__channel), -400) = 0", "trunc(1.5, 999999999999) > 0",
          "metric_time > TIMESTAMP '9999-12-31 00:00:00'", "metric_time < TIMESTAMP '0001-01-01 00:00:00'",
          "metric_time > '9999-12-31'", "metric_time > 'not a day'", "metric_time + INTERVAL '1000000 year' > '2025-01-01'",
          "metric_time - INTERVAL '1000000 year' > '2025-01-01'", "CAST(1e300 AS DECIMAL(38, 10)) > 0", "CAST(order__channel AS DATE) = '2025-01-01'",
          "order__channel LIKE '(((((((((('", "order__channel = 1", "order__channel + 1 = 2", "NOT order__channel", "order__channel",
          "order__channel = 'a\x00b'", "\x00", "order__channel = '" + "长" * 5000 + "'", "length(1, 2, 3) = 1", "concat() = ''",
          "greatest() = 1", "nullif(1) = 1", "coalesce() = 1", "date_part('x', metric_time) = 1", "1e99999 > 1", "0.1e-99999 > 1",
          "9" * 400 + " > 1", "1." + "9" * 400 + " > 1", "order__channel ILIKE '%\\'", "order__channel LIKE '\\'"]
SCALAR = ["repeat('x', 1000000000) = 'y'", "lpad(order__channel, 1000000000) = 'y'", "rpad('a', 1000000000, 'b') = 'y'",
          "array_repeat(1, 1000000000) = 1", "generate_series(1, 1000000000) = 1", "space(1000000000) = ' '",
          "regexp_replace(order__channel, '(a*)*b', 'x') = ''", "order__channel ~ '(a*)*b'", "order__channel LIKE '" + "%a" * 4000 + "'",
          "order__channel LIKE '" + "_" * 8000 + "'", "string_agg(order__channel, ',') = ''", "to_hex(1) = '1'",
          "array_agg(order__channel) = 1", "unnest(1) = 1", "(SELECT 1) = 1", "EXISTS (SELECT 1)", "order__channel IN (SELECT 1)"]


def nested(pattern: str, depth: int, inside: str) -> str:
    opening, closing = pattern.split("{}")
    return opening * depth + inside + closing * depth


def bomb(levels: int) -> str:
    text = "order__channel"
    for _ in range(levels):
        text = f"replace({text}, 'a', '{'a' * 50}')"
    return f"{text} = 'x'"


def question(where: list[str], **further: object) -> dict[str, object]:
    return {"metrics": ["paid_amount"], "group_by": ["order__channel"], "where": where, **further}


def hostile() -> list[tuple[str, dict[str, object]]]:
    """Every question that must be refused, by name."""
    found = []
    for pattern in NEST:
        for depth in (30, 60, 400):
            for inside in ("order__channel", "order__channel order__channel", ""):
                # Thirty levels of something sound are allowed; what is inside is wrong then.
                text = nested(pattern, depth, inside)
                found.append((f"{pattern} x {depth}", question([text])))
    found += [(text[:60], question([text])) for text in SCALAR]
    found += [(f"replace x {levels}", question([bomb(levels)])) for levels in (3, 10, 30)]
    found.append(("10,000 filters", question(["order__channel = 'app'"] * 10_000)))
    found.append(("10,000 filters of nothing", question([""] * 10_000)))
    found.append(("1,000 group-bys", {**question([]), "group_by": ["order__channel"] * 1000}))
    found.append(("1,000 metrics", {**question([]), "metrics": ["paid_amount"] * 1000}))
    found.append(("a name of 5,000 characters", {**question([]), "metrics": ["x" * 5000]}))
    found.append(("a filter of 900 kB", question(["order__channel = 'app' AND " * 33_000 + "TRUE"])))
    found.append(("500 templates", question(["{{ Dimension('order__channel') }} " * 500])))
    found.append(("30,000 templates", question(["{{ a() }}" * 30_000])))
    found.append(("casts in a row", question(["1" + "::integer" * 450 + "::x = 1"])))
    found.append(("NOT in a row", question(["NOT " * 900 + "TRUE"])))
    found.append(("minus in a row", question(["- " * 900 + "1 = 1"])))
    found.append(("a body of 2 MB", {**question([]), "start_time": "x" * (2 << 20)}))
    return found


def allowed() -> list[tuple[str, dict[str, object]]]:
    """Questions that are large but sound, or wrong in a value: answered or refused, never a failure of the server."""
    found = [(text[:60], question([text])) for text in VALUES]
    found.append(("200 filters", question(["order__channel <> 'app'"] * 200)))
    found.append(("500 conditions in a row", question([" OR ".join(["order__channel = 'a'"] * 240)])))
    found.append(("divisions in a row", question(["1" + " / 2" * 150 + " = 1"])))
    found.append(("sums in a row", question(["1" + " + 1" * 190 + " = 1"])))
    found.append(("casts in a row", question(["1" + "::integer" * 450 + " = 1"])))
    found.append(("IS NULL in a row", question(["order__channel" + " IS NULL" * 300])))
    found.append(("32 levels", question([nested("abs({})", 31, "length(order__channel)") + " > 0"])))
    found.append(("limit beyond int64", question([], limit=2**64 - 1)))
    for start, end in (("0001-01-01", "9999-12-31"), ("2025-13-45", None), ("-999999-01-01", None), ("\x00", None), ("9" * 5000, None)):
        found.append((f"from {start[:12]!r} to {end}", question([], start_time=start, end_time=end)))
    return found


class Beside:
    """Asks an ordinary question again and again, and keeps how long each took."""

    def __init__(self, server: Server) -> None:
        self.server, self.seconds, self.failed, self.ended = server, [], [], threading.Event()
        self.thread = threading.Thread(target=self.ask)

    def ask(self) -> None:
        number = 0
        while not self.ended.is_set():
            number += 1
            started = time.monotonic()
            # Another limit each time, so that the answer is not one kept from before.
            status, answer = self.server.ask("/query", {**question([]), "limit": 10 + number})
            self.seconds.append(time.monotonic() - started)
            if status != 200:
                self.failed.append((status, answer))
            self.ended.wait(0.05)

    def __enter__(self) -> "Beside":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.thread.join()


def attack(program: Path, folder: Path, seed: int, full: bool) -> str:
    slow = 20 if "debug" in program.parts else 1
    shop = folder / "shop"
    made = run(program, folder, "demo", str(shop), "--scale", "0.01", timeout=600)
    assert made.code == 0, made.err
    refused, others = hostile(), allowed()
    if not full:
        refused, others = refused[seed % 3 :: 3], others
    slowest, statuses = 0.0, {}
    with Server(program, shop) as server, Beside(server) as beside:
        for name, asked in refused + others:
            started = time.monotonic()
            status, answer = server.ask("/query", asked)
            seconds = time.monotonic() - started
            slowest = max(slowest, seconds)
            statuses[status] = statuses.get(status, 0) + 1
            assert status < 500, f"{name}: {status} {answer}"
            assert seconds < HOSTILE_S * slow, f"{name} took {seconds:.1f} s"
            if (name, asked) in refused:
                assert 400 <= status, f"{name} was answered: {status}"
                assert answer["code"] and answer["detail"], f"{name}: {answer}"
        together(server, slow)
    assert not beside.failed, f"an ordinary question failed beside the hostile ones: {beside.failed[0]}"
    worst = max(beside.seconds)
    assert worst < ORDINARY_S * slow, f"an ordinary question took {worst:.1f} s beside the hostile ones"
    middle = statistics.median(beside.seconds)
    counted = ", ".join(f"{number} x {status}" for status, number in sorted(statuses.items()))
    return (f"{len(refused)} hostile and {len(others)} odd questions: {counted}; slowest {slowest:.2f} s; "
            f"{len(beside.seconds)} ordinary ones beside them, median {middle:.3f} s, slowest {worst:.2f} s")


def together(server: Server, slow: int) -> None:
    """Many hostile questions at once take no more from the others than one."""
    asked = question([nested("lower({})", 30, "order__channel order__channel")])
    threads = [threading.Thread(target=server.ask, args=("/query", asked)) for _ in range(40)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - started
    assert seconds < 5 * HOSTILE_S * slow, f"40 hostile questions at once took {seconds:.1f} s"
