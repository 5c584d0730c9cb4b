"""Connections, headers and bodies that are slow, huge or forged; tokens, paths and logs; signals during imports."""

import json
import os
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from program import ENVIRONMENT, Server, run

#: What every answer must carry, whatever its status.
SECURITY = ("content-security-policy", "x-content-type-options", "x-frame-options", "referrer-policy", "cache-control", "x-request-id")
#: Seconds in which half a header, or a body that does not come, must have ended; and the slowest answer among idlers.
HALF_HEADER, SLOW_BODY, AMONG_IDLERS = 20, 30, 10
PLACES = re.compile(r"(?<![\w.])/(?:tmp|root|home|work|var|usr|private)/")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> dict:
        return json.loads(self.body or b"null")


class Wire:
    """Speaks HTTP with a server byte by byte."""

    def __init__(self, server: Server) -> None:
        self.port = int(server.url.rsplit(":", 1)[1])
        self.token = server.token
        self.host = f"127.0.0.1:{self.port}"
        self.seen: dict[int, int] = {}

    def connect(self, timeout: float = 60) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout)

    def raw(self, sent: bytes, timeout: float = 60) -> bytes:
        """Sends bytes and reads until the server closes."""
        with self.connect(timeout) as stream:
            try:
                stream.sendall(sent)
            except (BrokenPipeError, ConnectionResetError):
                pass
            return read_all(stream)

    def ask(self, method: str, target: str, headers: list[str] | None = None, body: bytes = b"", host: str | None = None) -> Answer:
        """One request, its headers as given; by the token unless they say otherwise."""
        given = [f"Authorization: Bearer {self.token}"] if headers is None else headers
        lines = [f"{method} {target} HTTP/1.1", f"Host: {host or self.host}", "Connection: close", *given]
        if body:
            lines.append(f"Content-Length: {len(body)}")
        answer = parse(self.raw("\r\n".join(lines).encode() + b"\r\n\r\n" + body))
        self.seen[answer.status] = self.seen.get(answer.status, 0) + 1
        missing = [name for name in SECURITY if name not in answer.headers]
        assert not missing, f"{method} {target}: {answer.status} without {missing}"
        assert "script-src 'self';" in answer.headers["content-security-policy"], answer.headers["content-security-policy"]
        if target.startswith("/api/"):
            assert answer.headers["cache-control"] == "no-store", f"{target} may be kept: {answer.headers['cache-control']}"
        return answer

    @property
    def cookie(self) -> str:
        return f"Cookie: yunheng_{self.port}={self.token}"


def read_all(stream: socket.socket) -> bytes:
    parts = []
    try:
        while part := stream.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def parse(received: bytes) -> Answer:
    head, _, body = received.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    assert first.startswith("HTTP/1."), f"no answer: {received[:80]!r}"
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if headers.get("transfer-encoding") == "chunked":
        body = unchunked(body)
    return Answer(int(first.split()[1]), headers, body)


def unchunked(body: bytes) -> bytes:
    whole = b""
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size, 16)
        whole, body = whole + rest[:length], rest[length + 2 :] if length else b""
    return whole


# ---------------------------------------------------------------- who may ask


def forged(wire: Wire) -> int:
    """Hosts, origins and addresses that are not the server's own."""
    own, json_kind = f"Origin: http://{wire.host}", "Content-Type: application/json"
    board = b'{"name":"forged","panels":[]}'
    cases = [
        ("GET", "/api/v1/project", [wire.cookie], 200),
        ("GET", "/api/v1/project", [], 401),
        ("GET", "/api/v1/project", [wire.cookie, f"Host: {wire.host}"], 400),
        ("GET", "/api/v1/project", [wire.cookie, "Host: evil.example"], 400),
        ("GET", "http://evil.example/api/v1/project", [wire.cookie], 403),
        ("GET", f"http://{wire.host}/api/v1/project", [wire.cookie], 200),
        ("GET", f"http://evil@{wire.host}/api/v1/project", [wire.cookie], 403),
        ("POST", "/api/v1/boards", [wire.cookie, json_kind], 403),
        ("POST", "/api/v1/boards", [wire.cookie, json_kind, "Origin: null"], 403),
        ("POST", "/api/v1/boards", [wire.cookie, json_kind, "Origin: http://127.0.0.1:1"], 403),
        ("POST", "/api/v1/boards", [wire.cookie, json_kind, "Origin: http://evil.example", "Sec-Fetch-Site: same-origin"], 403),
        ("POST", "/api/v1/boards", [wire.cookie, json_kind, "Sec-Fetch-Site: same-site"], 403),
        ("POST", "/api/v1/boards", [wire.cookie, json_kind, "Sec-Fetch-Site: cross-site"], 403),
        ("POST", "/api/v1/boards", [own, json_kind], 401),
    ]
    for method, target, headers, status in cases:
        answer = wire.ask(method, target, headers, board if method == "POST" else b"")
        assert answer.status == status, f"{method} {target} {headers}: {answer.status}, not {status}: {answer.body[:200]!r}"
    assert wire.ask("GET", "/", [], host="evil.example").status == 403
    assert wire.ask("GET", "/", [], host="127.0.0.1").status == 403
    assert not wire.ask("GET", "/api/v1/boards").json()["boards"], "a forged request made a board"
    for headers in ([wire.cookie, own, json_kind], [wire.cookie, "Sec-Fetch-Site: same-origin", json_kind], [f"Authorization: Bearer {wire.token}", json_kind]):
        answer = wire.ask("POST", "/api/v1/boards", headers, board)
        assert answer.status in (200, 201), f"an own request was refused: {answer.body[:200]!r}"
        wire.ask("DELETE", f"/api/v1/boards/{answer.json()['link']}")
    return len(cases) + 2


def changes_without_origin(wire: Wire, routes: list[tuple[str, str]]) -> int:
    changing = [(method, path) for method, path in routes if method != "GET"]
    for method, path in changing:
        answer = wire.ask(method, "/api/v1" + re.sub(r"\{\w+\}", "1", path), [wire.cookie, "Content-Type: application/json"], b"{}")
        assert answer.status == 403, f"{method} {path} by cookie alone: {answer.status}"
    return len(changing)


def redirects(wire: Wire) -> int:
    """The token leaves the address, and nobody is sent to another server."""
    for path in ("/", "/boards", "//evil.example/", "///evil.example", "/\\evil.example/", "/\\\\evil.example", "//evil.example/..", "/%2F/evil.example", "/.//evil.example"):
        for query in (f"token={wire.token}", f"a=1&token={wire.token}&b=2", "token=wrong"):
            answer = wire.ask("GET", f"{path}?{query}", [])
            location = answer.headers["location"]
            assert answer.status == 303 and "token" not in location, f"{path}?{query} leads to {location}"
            assert re.match(r"/(?![/\\])", location), f"{path} leads to {location}"
            assert ("set-cookie" in answer.headers) == (wire.token in query)
            assert ("a=1&b=2" in location) == ("a=1" in query), f"other parameters are lost: {location}"
    return 27


# ---------------------------------------------------------------- slow and large


def too_much(wire: Wire) -> None:
    kind = [f"Authorization: Bearer {wire.token}", "Content-Type: application/json"]
    assert wire.ask("GET", "/api/v1/project", [*kind, "X-Long: " + "x" * 40_000]).status == 431
    assert wire.raw(b"GET / HTTP/1.1\r\nHost: " + wire.host.encode() + b"\r\nX-Long: " + b"x" * 2_000_000 + b"\r\n\r\n").startswith((b"HTTP/1.1 431", b""))
    many = "".join(f"X-{at}: 1\r\n" for at in range(5000)).encode()
    assert b" 431 " in wire.raw(b"GET / HTTP/1.1\r\nHost: " + wire.host.encode() + b"\r\n" + many + b"\r\n")[:20]
    assert wire.ask("POST", "/api/v1/query", kind, b" " * (2 << 20)).status == 413
    assert wire.ask("POST", "/api/v1/query", kind, b"{").status in (400, 422)
    assert wire.ask("POST", "/api/v1/query", kind[:1], b"{}").status == 415
    assert wire.ask("PATCH", "/api/v1/project").status == 405
    assert wire.ask("GET", "/api/v1/nothing").status == 404
    assert wire.ask("GET", "/assets/nothing.js").status == 404
    assert wire.ask("POST", "/boards", []).status == 405
    assert wire.ask("GET", "/docs/errors", []).status == 200
    for odd in (b"\x00\x01\x02\r\n\r\n", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"OPTIONS * HTTP/1.1\r\nHost: " + wire.host.encode() + b"\r\nConnection: close\r\n\r\n", b"CONNECT evil.example:80 HTTP/1.1\r\nHost: " + wire.host.encode() + b"\r\nConnection: close\r\n\r\n"):
        assert b" 200 " not in wire.raw(odd)[:20], odd


def half_header(wire: Wire) -> float:
    started = time.monotonic()
    got = wire.raw(b"GET /api/v1/project HTTP/1.1\r\nHost: ", HALF_HEADER + 5)
    assert not got.startswith(b"HTTP/1.1 200")
    return time.monotonic() - started


def slow_body(wire: Wire, kind: bytes) -> float:
    """A body that comes by the byte, or not at all."""
    started = time.monotonic()
    head = b"POST %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: %s\r\nContent-Length: 1000\r\n\r\n"
    target = b"/api/v1/uploads" if kind.startswith(b"multipart") else b"/api/v1/query"
    with wire.connect(SLOW_BODY + 5) as stream:
        stream.sendall(head % (target, wire.host.encode(), wire.token.encode(), kind))
        stop = threading.Event()
        drip = threading.Thread(target=lambda: dripping(stream, stop), daemon=True)
        if not kind.startswith(b"multipart"):
            drip.start()
        answer = parse(read_all(stream))
        stop.set()
    assert answer.status in (400, 408, 413), f"a body that never came was answered {answer.status}"
    assert all(name in answer.headers for name in SECURITY), f"{answer.status} without {SECURITY}"
    return time.monotonic() - started


def dripping(stream: socket.socket, stop: threading.Event) -> None:
    while not stop.wait(1):
        try:
            stream.sendall(b" ")
        except OSError:
            return


def among_idlers(wire: Wire, idlers: int, asked: int) -> float:
    """Others are answered while many connections say nothing, half a request, or do not read."""
    held = []
    for at in range(idlers):
        stream = wire.connect()
        if at % 3 == 1:
            stream.sendall(b"GET /api/v1/project HTTP/1.1\r\nHo")
        elif at % 3 == 2:
            stream.sendall(b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n" % (wire.host.encode(), wire.token.encode()))
        held.append(stream)
    slowest = 0.0
    for _ in range(asked):
        started = time.monotonic()
        assert wire.ask("GET", "/api/v1/project").status == 200
        slowest = max(slowest, time.monotonic() - started)
    for stream in held:
        stream.close()
    assert slowest < AMONG_IDLERS, f"an answer took {slowest:.1f} s among {idlers} idle connections"
    return slowest


# ---------------------------------------------------------------- what is told


def values_of(wire: Wire) -> dict[str, list[str]]:
    """Names that exist, by the first part of the path they belong to."""
    read = lambda path: wire.ask("GET", f"/api/v1{path}").json()
    return {
        "boards": [board["link"] for board in read("/boards")["boards"][:2]],
        "datasets": [one["name"] for one in read("/datasets")["datasets"][:2]],
        "dimensions": ["store_id", "store"],
        "imports": [str(one["id"]) for one in read("/imports")["imports"]],
        "metrics": [one["name"] for one in read("/metrics")["metrics"][:2]],
        "schemes": [one["name"] for one in read("/schemes")["schemes"][:1]],
        "sources": [one["name"] for one in read("/sources")["sources"]],
        "reconciliations": ["1"],
        "scorecards": ["1"],
    }


def told_paths(wire: Wire, project: Path, routes: list[tuple[str, str]]) -> tuple[int, int]:
    """Asks every GET route by names that exist and by ones that do not, every other with nonsense: no path of the machine."""
    known, asked = values_of(wire), 0
    before = dump(project)
    roots = [str(project), str(project.resolve()), os.path.expanduser("~") + "/"]
    for method, path in routes:
        names = known.get(path.split("/")[1], []) if method == "GET" else []
        for name in [*names, "0", "nothing", "../../etc/passwd", "\x00", "x" * 3000]:
            target = "/api/v1" + re.sub(r"\{\w+\}", quote(name, safe=""), path)
            headers = [f"Authorization: Bearer {wire.token}", "Content-Type: application/json"]
            answer = wire.ask(method, target, headers, b'{"path": 1}' if method != "GET" else b"")
            text = answer.body.decode("utf-8", "replace")
            found = [root for root in roots if root in text] or PLACES.findall(text)
            assert not found, f"{method} {target} tells {found}: {text[:300]}"
            asked += 1
            if "{" not in path:
                break
    gets = sum(method == "GET" for method, _ in routes)
    changed = [name for name, text in dump(project).items() if text != before.get(name)]
    assert not changed, f"questions and refused requests changed {changed}"
    return asked, gets


def dump(project: Path) -> dict[str, str]:
    """The records as text by table, and the files of the lake."""
    with sqlite3.connect(f"file:{project}/.yunheng/records.db?mode=ro", uri=True) as records:
        tables = [name for (name,) in records.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {table: repr(records.execute(f'SELECT * FROM "{table}"').fetchall()) for table in tables}
    found["lake"] = repr(sorted((str(path), path.stat().st_size) for path in (project / ".yunheng/lake").rglob("*")))
    return found


#: A source whose folder is not there: the first look at it fails, and the failure is kept.
WATCHED = "source: watched\nlabel: {zh: 收件, en: Inbox}\nwatch: {folder: inbox}\nfiles:\n  - dataset: customers\n    match: \"customers*\"\n"


def failures_without_paths(wire: Wire, project: Path) -> None:
    """Files that cannot be read or are gone, told of by answers, jobs and what is kept of failures."""
    files = {"a.xlsx": b"PK\x03\x04nothing", "b.parquet": b"PAR1nothingPAR1", "c.csv.gz": b"\x1f\x8bnothing", "d.csv": b"", "e.csv": b"a\n1\n", "gone.csv": b"a,b\n1,2\n"}
    told = []
    for name, content in files.items():
        upload = send_file(wire, name, content)
        if name == "gone.csv":
            shutil.rmtree(project / ".yunheng/uploads" / upload)
        told.append(wire.ask("GET", f"/api/v1/uploads/{upload}/preview").body)
        started = start_import(wire, upload)
        told.append(started.body)
        if started.status == 202:
            told.append(json.dumps(wait_for(wire, started.json()["job_id"])).encode())
    kept = wire.ask("GET", "/api/v1/sources").body
    assert b"inbox" in kept and b"No such file" in kept, f"the failed look at the folder is not kept: {kept[:400]!r}"
    for text in [*told, kept, wire.ask("GET", "/api/v1/imports").body]:
        assert str(project).encode() not in text and not PLACES.search(text.decode()), f"a path is told: {text[:600]!r}"


def start_import(wire: Wire, upload: str) -> Answer:
    headers = [f"Authorization: Bearer {wire.token}", "Content-Type: application/json"]
    return wire.ask("POST", f"/api/v1/uploads/{upload}/import", headers, b'{"dataset":"customers","format":{},"mapping":[],"remember":false}')


def send_file(wire: Wire, name: str, content: bytes) -> str:
    form = b'--x\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n\r\n%s\r\n--x--\r\n' % (name.encode(), content)
    answer = wire.ask("POST", "/api/v1/uploads", [f"Authorization: Bearer {wire.token}", "Content-Type: multipart/form-data; boundary=x"], form)
    assert answer.status == 200, answer.body
    return answer.json()["upload_id"]


def wait_for(wire: Wire, job: str) -> dict:
    while (state := wire.ask("GET", f"/api/v1/jobs/{job}").json())["state"] == "running":
        time.sleep(0.05)
    return state


def read_log(project: Path, wire: Wire) -> int:
    """Every request has a line by its id; no line has the token."""
    answer = wire.ask("GET", f"/api/v1/project?token={wire.token}&secret=nobody-may-read-this")
    assert answer.status == 303
    answer = wire.ask("GET", "/api/v1/project?secret=nobody-may-read-this", [wire.cookie])
    time.sleep(0.2)
    log = project / ".yunheng/logs/yunheng.log"
    text = log.read_text("utf-8")
    lines = [line for line in text.splitlines() if answer.headers["x-request-id"] in line]
    assert len(lines) == 1, f"{len(lines)} lines tell of one request"
    for part in ('method="GET"', 'path="/api/v1/project"', "status=200", "ms=", "bytes="):
        assert part in lines[0], lines[0]
    assert wire.token not in text and "nobody-may-read-this" not in text, "the log holds what was asked for"
    assert log.stat().st_mode & 0o077 == 0, "others can read the log"
    return len(text.splitlines())


def fill_log(project: Path, wire: Wire) -> int:
    """Far more than one file's worth of lines: the old ones go."""
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: [wire.ask("GET", "/api/v1/" + "n" * 180, []) for _ in range(100)], range(400)))
    files = list((project / ".yunheng/logs").iterdir())
    assert len(files) > 1 and max(file.stat().st_size for file in files) < 11 << 20, files
    return len(files)


# ---------------------------------------------------------------- signals


def customers(rows: int, seed: int) -> bytes:
    drawn = random.Random(seed)
    lines = (f"K{seed}-{at},name {drawn.random()},Region {at % 31},2024-03-01 10:{at % 60:02}:00" for at in range(rows))
    return ("customer_id,name,region,created_at\n" + "\n".join(lines) + "\n").encode()


def stopped_import(program: Path, project: Path, rows: int, seed: int) -> str:
    """SIGTERM while an import runs: it counts as a whole or not at all, and says how it ended."""
    before = count(program, project)
    with Server(program, project) as server:
        wire = Wire(server)
        upload = send_file(wire, f"customers{seed}.csv", customers(rows, seed))
        started = start_import(wire, upload)
        assert started.status == 202, started.body
        time.sleep(random.Random(seed).random() * 1.5)
        server.process.send_signal(signal.SIGTERM)
        code = server.process.wait(40)
    assert code == 0, f"SIGTERM ended the server with {code}: {Path(server.log.name).read_text(errors='replace')[-400:]}"
    after = count(program, project)
    state = run(program, project, "imports", "--limit", "1").out.split()[1]
    assert after in (before, before + rows), f"{after - before} of {rows} rows count"
    assert state in ("committed", "cancelled", "failed"), f"the import is left {state}"
    assert (after > before) == (state == "committed"), f"{after - before} rows by an import that is {state}"
    left = list((project / ".yunheng/spool").glob("*")) if (project / ".yunheng/spool").exists() else []
    assert not left, f"left behind: {left}"
    return state


def count(program: Path, project: Path) -> int:
    for line in run(program, project, "datasets").out.splitlines():
        if line.split()[:1] == ["customers"]:
            return int(next(part for part in line.replace(",", "").split()[1:] if part.isdigit()))
    return 0


def stopped_command(program: Path, project: Path, folder: Path, rows: int) -> None:
    """The same for the import of a terminal."""
    (folder / "more.csv").write_bytes(customers(rows, 77))
    process = subprocess.Popen([program, "-C", project, "import", "customers", folder / "more.csv"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=ENVIRONMENT)
    time.sleep(0.7)
    process.send_signal(signal.SIGTERM)
    assert process.wait(40) in (0, 130), f"SIGTERM ended the import with {process.returncode}"


def second_signal(program: Path, project: Path) -> float:
    """A request that does not end holds up the first signal, not the second."""
    with Server(program, project) as server:
        wire = Wire(server)
        with wire.connect() as stream:
            stream.sendall(b"POST /api/v1/query HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Length: 10\r\n\r\n" % (wire.host.encode(), wire.token.encode()))
            time.sleep(0.3)
            server.process.send_signal(signal.SIGTERM)
            time.sleep(1)
            assert server.process.poll() is None, "the request at work was not waited for"
            started = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            server.process.wait(10)
            seconds = time.monotonic() - started
    assert seconds < 1, f"the second signal took {seconds:.1f} s"
    return seconds


def attack(program: Path, folder: Path, seed: int, full: bool) -> str:
    project = folder / "shop"
    made = run(program, folder, "init", str(project), "--template", "shop")
    assert made.code == 0, made.err
    (folder / "customers.csv").write_bytes(customers(500, 0))
    assert run(program, project, "import", "customers", str(folder / "customers.csv")).code == 0
    (project / "sources/watched.yaml").write_text(WATCHED, "utf-8")
    rows = 300_000 if full else 60_000
    with Server(program, project) as server:
        wire = Wire(server)
        described = wire.ask("GET", "/api/v1/openapi.json").json()
        routes = [(method.upper(), path) for path, methods in described["paths"].items() for method in methods]
        kinds = (b"application/json", b"multipart/form-data; boundary=x")
        with ThreadPoolExecutor(3) as pool:
            half = pool.submit(half_header, wire)
            slow = [pool.submit(slow_body, wire, kind) for kind in kinds]
            forgeries = forged(wire) + redirects(wire) + changes_without_origin(wire, routes)
            too_much(wire)
            asked, gets = told_paths(wire, project, routes)
            failures_without_paths(wire, project)
            assert half.result() < HALF_HEADER, f"half a header was held for {half.result():.0f} s"
            slowest_body = max(one.result() for one in slow)
            assert slowest_body < SLOW_BODY, f"a slow body was held for {slowest_body:.0f} s"
        slowest = among_idlers(wire, 1000 if full else 300, 50)
        lines = read_log(project, wire)
        files = fill_log(project, wire) if full else 1
    ends = [stopped_import(program, project, rows, seed * 100 + at) for at in range(10 if full else 2)]
    stopped_command(program, project, folder, rows)
    quick = second_signal(program, project)
    statuses = " ".join(f"{status}×{times}" for status, times in sorted(wire.seen.items()))
    return (
        f"{forgeries} forged requests refused; {asked} answers of {len(routes)} routes ({gets} by GET) without a path or a change; "
        f"half a header ended after {half.result():.0f} s, a slow body after {slowest_body:.0f} s; slowest of 50 among idlers {slowest * 1000:.0f} ms; "
        f"{lines} log lines without token in {files} file(s); imports at SIGTERM: {', '.join(ends)}; second signal {quick * 1000:.0f} ms; statuses {statuses}"
    )
