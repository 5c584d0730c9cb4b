"""Imports files made to break what reads them: bombs, lies, endless lines, far cells, impossible dates."""

import gzip
import io
import json
import os
import random
import signal
import struct
import subprocess
import threading
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from program import ENVIRONMENT, Server, run

#: What one import may take: bytes of memory and seconds.
MEMORY = 1 << 30
SECONDS = 30
#: A program without optimisation is given so many times the seconds.
UNOPTIMISED = 10
HEADER = ["order_id", "placed_at", "paid", "status"]


@dataclass
class File:
    """A hostile file, and what is known of the right outcome."""

    name: str
    data: bytes
    #: Sum of `paid` over accepted rows when the file must be imported; None when an error is as good.
    paid: float | None = None
    #: Rows refused when the file must be imported.
    rejected: int | None = None


Family = Callable[[random.Random], File]
FAMILIES: list[Family] = []


def family(make: Family) -> Family:
    FAMILIES.append(make)
    return make


def order(rng: random.Random, number: int) -> list[str]:
    return [f"o{number}", f"2025-{rng.randint(1, 12):02}-{rng.randint(1, 28):02} 10:00:00", str(rng.randint(1, 500)), "paid"]


def table(rng: random.Random, rows: int, start: int = 0) -> tuple[list[list[str]], float]:
    made = [order(rng, rng.randrange(10**9) * 1000 + start + at) for at in range(rows)]
    return made, float(sum(int(row[2]) for row in made))


def text(rows: list[list[str]], delimiter: str = ",", end: str = "\n") -> bytes:
    return end.join(delimiter.join(row) for row in [HEADER, *rows]).encode() + end.encode()


# ---------------------------------------------------------------- text


@family
def plain_columns_without_end(rng: random.Random) -> File:
    columns = rng.choice([10_001, 100_000, 1_000_000, 10_000_000])
    return File(f"wide{columns}.csv", b",".join([b"c"] * columns) + b"\n" + b"," * columns + b"\n")


@family
def wide_but_sound(rng: random.Random) -> File:
    columns, rows = rng.choice([1_000, 5_000, 9_900]), 20
    made, paid = table(rng, rows)
    extra = [f"attribute {at}" for at in range(columns)]
    lines = [",".join(HEADER + extra)] + [",".join(row + ["x"] * columns) for row in made]
    return File(f"sound{columns}.csv", "\n".join(lines).encode(), paid, 0)


@family
def endless_line(rng: random.Random) -> File:
    size = rng.choice([40, 400, 2_000]) << 20
    head = rng.choice([text(table(rng, 3)[0]), b"", b"order_id,placed_at\n"])
    return File("endless.csv.gz", gz(head, rng.choice([b"x", b"1,", b"a b "]), size))


@family
def unclosed_quote(rng: random.Random) -> File:
    rows = table(rng, rng.choice([5, 20_000]))[0]
    rows[rng.randrange(len(rows))][3] = '"open'
    return File("quote.csv", text(rows))


@family
def only_quotes(rng: random.Random) -> File:
    return File("quotes.csv", text(table(rng, 2)[0]) + b'"' * rng.choice([99_999, 30_000_001]))


@family
def zeros(rng: random.Random) -> File:
    rows = table(rng, 50)[0]
    rows[rng.randrange(50)][0] = "\0" * rng.choice([1, 1_000])
    return File("nul.csv", rng.choice([text(rows), b"\0" * 1_000_000, text(rows, end="\0\n")]))


@family
def bare_returns(rng: random.Random) -> File:
    rows, paid = table(rng, rng.choice([10, 30_000]))
    return File("mac.csv", text(rows, end="\r"), paid, 0)


@family
def mixed_encodings(rng: random.Random) -> File:
    rows = table(rng, 100)[0]
    data = text(rows) + "o-1,2025-01-01,1,订单\n".encode("gb18030") + "o-2,2025-01-01,1,订单\n".encode() + bytes(rng.randbytes(50)) + b"\n"
    return File("mixed.csv", rng.choice([data, "\ufeff".encode("utf-16le") + data, data.decode("latin1").encode("utf-16be")]))


@family
def blank_lines(rng: random.Random) -> File:
    rows, paid = table(rng, 5)
    return File("blank.csv", b"\n" * rng.choice([900_000, 1_000_000]) + text(rows), None)


@family
def doubled_keys(rng: random.Random) -> File:
    rows = table(rng, 1)[0] * rng.choice([1_000, 100_000])
    return File("same.tsv", text(rows, "\t"), rejected=0)


@family
def long_values(rng: random.Random) -> File:
    size = rng.choice([1 << 20, 20 << 20, 40 << 20])
    rows = table(rng, 3)[0]
    rows[1][rng.choice([0, 2, 3])] = "9" * size
    return File("long.csv", text(rows))


@family
def long_headers(rng: random.Random) -> File:
    header = HEADER + ["h" * rng.choice([400, 5_000, 900_000])] + [f"{'k' * 300}{at}" for at in range(rng.choice([1, 1_000]))]
    rows = table(rng, 3_000)[0]
    lines = [",".join(header)] + [",".join(row + ["1"] * (len(header) - 4)) for row in rows]
    return File("headers.csv", "\n".join(lines).encode())


@family
def same_header(rng: random.Random) -> File:
    columns = rng.choice([2, 9_000, 100_000])
    return File("twice.csv", (",".join(HEADER + ["x"] * columns) + "\n").encode() + text(table(rng, 2)[0]))


@family
def all_rejected(rng: random.Random) -> File:
    rows = [["", "never", "much", "?"] for _ in range(rng.choice([10, 200_000]))]
    return File("rejected.csv", text(rows), 0.0, len(rows))


@family
def impossible_dates(rng: random.Random) -> File:
    rows, paid = table(rng, 20)
    bad = ["2825-01-01", "9999-12-31", "0001-01-01", "1899-12-30", "0000-00-00", "56823-05-01", "1761955200000000000"]
    for day in bad:
        rows.insert(rng.randrange(len(rows)), [f"bad{day}", day, "1000", "paid"])
    return File("dates.csv", text(rows), paid, len(bad))


@family
def huge_numbers(rng: random.Random) -> File:
    rows, paid = table(rng, 10)
    bad = ["1e400", "9" * 40, "-1e99999", "NaN1", "0x10", "1e-9999999999999999999"]
    for at, number in enumerate(bad):
        rows.append([f"n{at}", "2025-01-01", number, "paid"])
    return File("numbers.csv", text(rows))


@family
def noise(rng: random.Random) -> File:
    data = bytearray(text(table(rng, 500)[0]))
    for _ in range(rng.choice([3, 300])):
        data[rng.randrange(len(data))] = rng.randrange(256)
    return File(f"noise{rng.choice(['.csv', '.xlsx', '.parquet', '.jsonl'])}", bytes(data))


# ---------------------------------------------------------------- gzip


def gz(head: bytes, piece: bytes, size: int, tail: bytes = b"") -> bytes:
    """A gzip file of many members, so that making it takes no time."""
    block = piece * max(1, (1 << 20) // len(piece))
    packed = gzip.compress(block, mtime=0)
    return gzip.compress(head, mtime=0) + packed * (size // len(block)) + gzip.compress(tail, mtime=0)


@family
def bomb_of_rows(rng: random.Random) -> File:
    return File("rows.csv.gz", gz(text([]), rng.choice([b"o1,2025-01-01,1,paid\n", b",,,\n", b"\n"]), rng.choice([300, 2_500]) << 20))


@family
def bomb_in_bomb(rng: random.Random) -> File:
    inner = gz(b"", b"\0", 100 << 20)
    return File("inner.csv.gz", gzip.compress(inner, mtime=0))


@family
def cut_gzip(rng: random.Random) -> File:
    data = gz(text(table(rng, 200)[0]), b"\n", 0)
    return File("cut.csv.gz", rng.choice([data[: len(data) // 2], data[:-4], data + b"junk", data[:20] + bytes(40) + data[60:]]))


@family
def many_members(rng: random.Random) -> File:
    rows, paid = table(rng, 300)
    parts = [text(rows)[at : at + 7] for at in range(0, len(text(rows)), 7)]
    return File("members.csv.gz", b"".join(gzip.compress(part, mtime=0) for part in parts), paid, 0)


# ---------------------------------------------------------------- JSON Lines


def json_line(row: list[str]) -> str:
    return json.dumps(dict(zip(HEADER, row)))


@family
def deep_objects(rng: random.Random) -> File:
    depth = rng.choice([100, 10_000, 1_000_000])
    opening, closing = rng.choice([('{"a":', "}"), ("[", "]"), ('[{"key":"k","value":', "}]")])
    rows, paid = table(rng, 10)
    rows_text = "\n".join(map(json_line, rows))
    deep = f'{{"order_id":"deep","placed_at":"2025-01-01","paid":0,"x":{opening * depth}1{closing * depth}}}'
    return File("deep.jsonl", f"{rows_text}\n{deep}\n".encode())


@family
def long_keys(rng: random.Random) -> File:
    key = "k" * rng.choice([600, 1 << 20])
    return File("keys.jsonl", "\n".join(json.dumps({**dict(zip(HEADER, row)), key + str(at): 1}) for at, row in enumerate(table(rng, 20)[0])).encode())


@family
def same_key_often(rng: random.Random) -> File:
    times = rng.choice([2, 100_000])
    rows, paid = table(rng, 5)
    doubled = '{"order_id":"d",' + ",".join(['"paid":1'] * times) + ',"placed_at":"2025-01-01"}'
    return File("samekey.jsonl", ("\n".join(map(json_line, rows)) + "\n" + doubled).encode(), paid, 1)


@family
def many_keys(rng: random.Random) -> File:
    keys, lines = rng.choice([(9_000, 3_000), (20_000, 10), (9_000, 60_000)])
    rows = [dict(zip(HEADER, order(rng, at))) for at in range(lines)]
    for at, row in enumerate(rows):
        row[f"key{at * 7 % keys}"] = 1
        row[f"key{(at * 7 + 1) % keys}"] = 1
    if keys < lines:
        return File("manykeys.jsonl", "\n".join(map(json.dumps, rows)).encode())
    rows[0].update({f"key{at}": 1 for at in range(keys)})
    return File("manykeys.jsonl", "\n".join(map(json.dumps, rows)).encode())


@family
def endless_object(rng: random.Random) -> File:
    return File("endless.jsonl.gz", gz(b'{"order_id":"1","placed_at":"2025-01-01","paid":1,"x":"', b"x", rng.choice([50, 1_500]) << 20, b'"}'))


@family
def json_numbers(rng: random.Random) -> File:
    rows, paid = table(rng, 10)
    bad = ["1e999999999", "-" + "9" * 100_000, "1" + "0" * 400, "0." + "1" * 1_000_000]
    lines = [json_line(row) for row in rows] + [f'{{"order_id":"j{at}","placed_at":"2025-01-01","paid":{number}}}' for at, number in enumerate(bad)]
    return File("numbers.jsonl", "\n".join(lines).encode())


@family
def json_dates(rng: random.Random) -> File:
    rows, paid = table(rng, 10)
    bad = [253402300799, 253402300799000, "2825-01-01", "0000-00-00T00:00:00Z", "9999-12-31 23:59:59", 99999999999999999]
    lines = [json_line(row) for row in rows] + [json.dumps({"order_id": f"b{at}", "placed_at": day, "paid": 5}) for at, day in enumerate(bad)]
    return File("dates.jsonl", "\n".join(lines).encode(), paid, len(bad))


@family
def broken_json(rng: random.Random) -> File:
    rows, paid = table(rng, 10)
    bad = ['{"order_id":', "[1,2", '{"order_id":"\\ud800","placed_at":"2025-01-01","paid":"x"}', "nul", '"text"']
    return File("broken.jsonl", ("\n".join([*map(json_line, rows), *bad])).encode(), paid, len(bad))


# ---------------------------------------------------------------- workbooks

SHEET = "xl/worksheets/sheet1.xml"
OPEN = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
CLOSE = "</sheetData></worksheet>"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@dataclass
class Packed:
    """A part of an archive that is packed already."""

    data: bytes
    crc: int
    size: int


def repeated(start: bytes, piece: bytes, size: int, end: bytes) -> Packed:
    """`start`, so much of `piece`, `end`; packed by repeating a packed block."""
    block = piece * max(1, (1 << 20) // len(piece))
    times = max(1, size // len(block))
    pack = zlib.compressobj(6, zlib.DEFLATED, -15)
    head = pack.compress(start) + pack.flush(zlib.Z_FULL_FLUSH)
    one = pack.compress(block) + pack.flush(zlib.Z_FULL_FLUSH)
    crc = zlib.crc32(start)
    for _ in range(times):
        crc = zlib.crc32(block, crc)
    return Packed(head + one * times + pack.compress(end) + pack.flush(), zlib.crc32(end, crc), len(start) + times * len(block) + len(end))


def packed(content: bytes) -> Packed:
    pack = zlib.compressobj(6, zlib.DEFLATED, -15)
    return Packed(pack.compress(content) + pack.flush(), zlib.crc32(content), len(content))


def archive(parts: dict[str, Packed]) -> bytes:
    """A ZIP archive; sizes beyond 32 bits are cut, as a liar would."""
    out, directory = io.BytesIO(), io.BytesIO()
    for name, part in parts.items():
        about = struct.pack("<5H3L2H", 20, 0, 8, 0, 33, part.crc, len(part.data), part.size & 0xFFFFFFFF, len(name), 0)
        directory.write(b"PK\x01\x02\x14\0" + about + struct.pack("<3H2L", 0, 0, 0, 0, out.tell()) + name.encode())
        out.write(b"PK\x03\x04" + about + name.encode() + part.data)
    start = out.tell()
    out.write(directory.getvalue() + b"PK\x05\x06" + struct.pack("<4H2LH", 0, 0, len(parts), len(parts), directory.tell(), start, 0))
    return out.getvalue()


def workbook(parts: dict[str, bytes | Packed], sheets: int = 1) -> bytes:
    """A workbook of the parts given, and of small ones for what is missing."""
    names = "".join(f'<sheet name="s{at}" sheetId="{at + 1}" r:id="r{at}"/>' for at in range(sheets))
    targets = "".join(f'<Relationship Id="r{at}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>' for at in range(sheets))
    usual = {
        "[Content_Types].xml": b"<Types/>",
        "_rels/.rels": f'<Relationships><Relationship Id="a" Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>'.encode(),
        "xl/workbook.xml": f'<workbook xmlns:r="{RELATIONS}"><sheets>{names}</sheets></workbook>'.encode(),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships>{targets}<Relationship Id="st" Type="{RELATIONS}/styles" Target="styles.xml"/>'
            f'<Relationship Id="ss" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
        ).encode(),
    }
    return archive({name: packed(part) if isinstance(part, bytes) else part for name, part in {**usual, **parts}.items()})


def cells(rows: list[list[str]], first: int = 1) -> str:
    def cell(at: int, value: str) -> str:
        return f"<c><v>{value}</v></c>" if value.isdigit() and at == 2 else f'<c t="inlineStr"><is><t>{value}</t></is></c>'

    return "".join(f'<row r="{first + number}">{"".join(cell(at, value) for at, value in enumerate(row))}</row>' for number, row in enumerate(rows))


@family
def far_cell(rng: random.Random) -> File:
    rows, paid = table(rng, 20)
    place, row = rng.choice([("XFD1048576", 1_048_576), ("A1048576", 1_048_576), ("XFD30", 30), ("AAA9000", 9_000)])
    far = f'<row r="{row}"><c r="{place}" t="inlineStr"><is><t>far</t></is></c></row>'
    return File("far.xlsx", workbook({SHEET: (OPEN + cells([HEADER, *rows]) + far + CLOSE).encode()}), paid, 1)


@family
def cell_beyond(rng: random.Random) -> File:
    place = rng.choice(["XFE1", "A1048577", "ZZZZZZZZ99999999999", "A0", "1A", "", "A-1"])
    rows = table(rng, 3)[0]
    return File("beyond.xlsx", workbook({SHEET: (OPEN + cells([HEADER, *rows]) + f'<row><c r="{place}"><v>1</v></c></row>' + CLOSE).encode()}))


@family
def far_cells_everywhere(rng: random.Random) -> File:
    rows = "".join(f'<row r="{at}"><c r="XFD{at}"><v>1</v></c></row>' for at in range(6, 60_000))
    return File("fars.xlsx", workbook({SHEET: (OPEN + cells([HEADER, *table(rng, 4)[0]]) + rows + CLOSE).encode()}))


@family
def zip_bomb(rng: random.Random) -> File:
    size = rng.choice([300, 2_500, 5_000]) << 20
    piece = rng.choice([b"<row></row>", b'<row><c t="n"><v>1</v></c></row>', b" ", b"<x>", b"<!-- -->", b"<row><c/></row>"])
    return File("bomb.xlsx", workbook({SHEET: repeated((OPEN + cells([HEADER, *table(rng, 2)[0]])).encode(), piece, size, CLOSE.encode())}))


@family
def endless_text(rng: random.Random) -> File:
    size = rng.choice([20, 1_500]) << 20
    start, end = rng.choice([("<row><c t=\"inlineStr\"><is><t>", "</t></is></c></row>"), ('<row a="', '"/>'), ("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")])
    return File("text.xlsx", workbook({SHEET: repeated((OPEN + cells([HEADER]) + start).encode(), rng.choice([b"x", b"< "]), size, (end + CLOSE).encode())}))


@family
def shared_bomb(rng: random.Random) -> File:
    piece = rng.choice([b"<si/>", b"<si><t>" + b"x" * 30_000 + b"</t></si>", b"<si><t>a</t></si>"])
    shared = repeated(b"<sst>", piece, rng.choice([100, 2_500]) << 20, b"</sst>")
    return File("shared.xlsx", workbook({"xl/sharedStrings.xml": shared, SHEET: (OPEN + cells([HEADER, *table(rng, 2)[0]]) + CLOSE).encode()}))


@family
def shared_often(rng: random.Random) -> File:
    text_of = b"<sst><si><t>" + b"x" * rng.choice([32_000, 4_000_000]) + b"</t></si></sst>"
    row = b'<row>' + b'<c t="s"><v>0</v></c>' * rng.choice([4, 1_000]) + b"</row>"
    sheet = repeated((OPEN + cells([HEADER])).encode(), row, rng.choice([1, 40]) << 20, CLOSE.encode())
    return File("often.xlsx", workbook({"xl/sharedStrings.xml": text_of, SHEET: sheet}))


@family
def styles_bomb(rng: random.Random) -> File:
    piece = rng.choice([b'<xf numFmtId="14"/>', b'<numFmt numFmtId="200" formatCode="yyyy"/>', b'<numFmt numFmtId="1" formatCode="[[[[[["/>'])
    styles = repeated(b"<styleSheet><cellXfs>", piece, rng.choice([1, 500]) << 20, b"</cellXfs></styleSheet>")
    return File("styles.xlsx", workbook({"xl/styles.xml": styles, SHEET: (OPEN + cells([HEADER, *table(rng, 2)[0]]) + CLOSE).encode()}))


@family
def many_sheets(rng: random.Random) -> File:
    rows, paid = table(rng, 2)
    return File("sheets.xlsx", workbook({SHEET: (OPEN + cells([HEADER, *rows]) + CLOSE).encode()}, sheets=rng.choice([50, 900, 20_000])))


@family
def nested_elements(rng: random.Random) -> File:
    depth = rng.choice([300, 10_000_000])
    return File("nested.xlsx", workbook({SHEET: repeated(OPEN.encode(), b"<row>", depth * 5, CLOSE.encode())}))


@family
def many_attributes(rng: random.Random) -> File:
    names = " ".join(f'a{at}="1"' for at in range(rng.choice([1_000, 200_000])))
    return File("attributes.xlsx", workbook({SHEET: (OPEN + f"<row {names}><c {names}><v>1</v></c></row>" + cells([HEADER]) + CLOSE).encode()}))


@family
def entities(rng: random.Random) -> File:
    laughs = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 10))
    doctype = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}<!ENTITY e SYSTEM "file:///etc/passwd">]>'
    return File("entities.xlsx", workbook({SHEET: (doctype + OPEN + cells([HEADER, ["&l9;", "2025-01-01", "1", "&e;"]]) + CLOSE).encode()}))


@family
def damaged_workbook(rng: random.Random) -> File:
    data = bytearray(workbook({SHEET: (OPEN + cells([HEADER, *table(rng, 300)[0]]) + CLOSE).encode()}))
    for _ in range(rng.choice([1, 5, 100])):
        data[rng.randrange(len(data))] = rng.randrange(256)
    return File("damaged.xlsx", bytes(data[: rng.choice([len(data), len(data) - 30, len(data) // 2])]))


@family
def lying_sizes(rng: random.Random) -> File:
    data = bytearray(workbook({SHEET: repeated((OPEN + cells([HEADER])).encode(), b"<row><c><v>1</v></c></row>", rng.choice([30, 2_500]) << 20, CLOSE.encode())}))
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 24 : at + 28] = struct.pack("<I", rng.choice([0, 100, 2**31]))
        at = data.find(b"PK\x01\x02", at + 4)
    return File("lying.xlsx", bytes(data))


@family
def sheet_dates(rng: random.Random) -> File:
    rows, paid = table(rng, 10)
    bad = ["2958465", "1", "0", "337000", "1E+300", "-5"]
    made = "".join(f'<row><c t="inlineStr"><is><t>d{at}</t></is></c><c s="1"><v>{day}</v></c><c><v>7</v></c></row>' for at, day in enumerate(bad))
    styles = b'<styleSheet><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    return File("dates.xlsx", workbook({"xl/styles.xml": styles, SHEET: (OPEN + cells([HEADER, *rows]) + made + CLOSE).encode()}), paid, len(bad))


@family
def error_cells(rng: random.Random) -> File:
    rows, paid = table(rng, 10)
    made = "".join(f'<row><c t="e"><v>{error}</v></c><c t="inlineStr"><is><t>2025-01-01</t></is></c><c><v>7</v></c></row>' for error in ["#REF!", "#N/A"])
    made += '<row><c t="inlineStr"><is><t>e3</t></is></c><c t="inlineStr"><is><t>2025-01-01</t></is></c><c><f>A1*2</f></c></row>'
    return File("errors.xlsx", workbook({SHEET: (OPEN + cells([HEADER, *rows]) + made + CLOSE).encode()}), paid, 3)


@family
def rows_out_of_order(rng: random.Random) -> File:
    rows = table(rng, 3)[0]
    return File("order.xlsx", workbook({SHEET: (OPEN + cells([HEADER], 5) + cells(rows, rng.choice([1, 5])) + CLOSE).encode()}))


@family
def openpyxl_workbook(rng: random.Random) -> File:
    import openpyxl

    rows, paid = table(rng, rng.choice([10, 2_000]))
    book = openpyxl.Workbook()
    for row in [HEADER, *rows]:
        book.active.append([int(value) if at == 2 and value.isdigit() else value for at, value in enumerate(row)])
    book.active["XFD1"].number_format = "0.00"
    out = io.BytesIO()
    book.save(out)
    return File("plain.xlsx", out.getvalue(), paid, 0)


# ---------------------------------------------------------------- Parquet


def parquet(columns: dict[str, object], **options: object) -> bytes:
    import pyarrow
    import pyarrow.parquet

    out = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.table(columns), out, **options)
    return out.getvalue()


def order_columns(rng: random.Random, rows: int) -> tuple[dict[str, object], float]:
    made, paid = table(rng, rows)
    return {"order_id": [row[0] for row in made], "placed_at": [row[1] for row in made], "paid": [float(row[2]) for row in made]}, paid


@family
def damaged_parquet(rng: random.Random) -> File:
    data = bytearray(parquet(order_columns(rng, rng.choice([5, 3_000]))[0]))
    footer = len(data) - 8 - struct.unpack("<I", data[-8:-4])[0]
    for _ in range(rng.choice([1, 3, 30])):
        data[rng.randrange(rng.choice([4, footer]), len(data))] = rng.randrange(256)
    return File("damaged.parquet", bytes(data))


@family
def lying_footer(rng: random.Random) -> File:
    data = bytearray(parquet(order_columns(rng, 50)[0]))
    data[-8:-4] = struct.pack("<I", rng.choice([0, 1, 2**31, len(data), len(data) - 12, 2**32 - 1]))
    return File("footer.parquet", bytes(data))


@family
def huge_lists(rng: random.Random) -> File:
    footer = bytes([0x15, 2, 0x19, rng.choice([0xF5, 0xFC, 0xF8]), 0xFF, 0xFF, 0xFF, 0xFF, 0x07]) + bytes(50)
    return File("lists.parquet", b"PAR1" + bytes(100) + footer + struct.pack("<I", len(footer)) + b"PAR1")


@family
def deep_schema(rng: random.Random) -> File:
    depth = rng.choice([100, 20_000, 1_000_000])
    name = b"\x18\x01a"
    group = bytes([0x35, 0]) + b"\x18\x01a" + bytes([0x15, 2, 0])
    root = b"\x48\x01r" + bytes([0x15, 2, 0])
    leaf = bytes([0x15, 2, 0x25, 0]) + name + bytes([0])
    count = depth + 2
    varint = bytearray()
    left = count
    while left > 0x7F:
        varint.append(left & 0x7F | 0x80)
        left >>= 7
    varint.append(left)
    footer = bytes([0x15, 2, 0x19, 0xFC]) + bytes(varint) + root + group * depth + leaf + bytes([0x16, 0, 0x19, 0x0C, 0])
    return File("deep.parquet", b"PAR1" + footer + struct.pack("<I", len(footer)) + b"PAR1")


@family
def dictionary_of_giants(rng: random.Random) -> File:
    import pyarrow

    giant = "x" * (rng.choice([1, 8]) << 20)
    rows = rng.choice([1_000, 100_000])
    columns, _ = order_columns(rng, rows)
    columns["note"] = pyarrow.DictionaryArray.from_arrays(pyarrow.array([0] * rows, pyarrow.int32()), [giant]).cast(pyarrow.string()) if rows < 200 else pyarrow.DictionaryArray.from_arrays(pyarrow.array([0] * rows, pyarrow.int32()), [giant])
    return File("giants.parquet", parquet(columns, compression="zstd"))


@family
def constant_rows(rng: random.Random) -> File:
    import pyarrow

    rows = rng.choice([2_000_000, 20_000_000])
    return File("constant.parquet", parquet({"order_id": pyarrow.nulls(rows, pyarrow.string()), "paid": pyarrow.nulls(rows, pyarrow.float64()), "placed_at": pyarrow.nulls(rows, pyarrow.string())}, compression="zstd"))


@family
def wide_parquet(rng: random.Random) -> File:
    columns, _ = order_columns(rng, 3)
    return File("wide.parquet", parquet({**columns, **{f"c{at}": [1, 2, 3] for at in range(rng.choice([2_000, 12_000]))}}))


@family
def parquet_times(rng: random.Random) -> File:
    import pyarrow

    columns, paid = order_columns(rng, 4)
    unit = rng.choice(["s", "ms", "us"])
    scale = {"s": 1, "ms": 1_000, "us": 1_000_000}[unit]
    good = [1_735_700_000 * scale] * 4
    far = 2**62 // (1_000 if unit == "s" else 1)
    bad = [1_735_700_000_000 * scale, far, -far, 253_402_300_799 * scale, -62_135_596_800 * scale]
    ids = [*columns["order_id"], *(f"t{at}" for at in range(len(bad)))]
    return File("times.parquet", parquet({"order_id": ids, "placed_at": pyarrow.array(good + bad, pyarrow.timestamp(unit)), "paid": columns["paid"] + [9.0] * len(bad)}), paid, len(bad))


@family
def nested_parquet(rng: random.Random) -> File:
    columns, paid = order_columns(rng, 20)
    value: object = 1
    for _ in range(rng.choice([5, 60])):
        value = {"a": value}
    return File("nested.parquet", parquet({**columns, "x": [value] * 20}))


# ---------------------------------------------------------------- the attack


@dataclass
class Outcome:
    code: int
    out: str
    err: str
    memory: int
    seconds: float


def watched(program: Path, folder: Path, file: Path, limit: float) -> Outcome:
    """Imports a file and tells the memory and the time that took.

    A child's peak counts from the size of the process that starts it: this runs in a small one.
    """
    with open(folder.parent / "out", "w+b") as out, open(folder.parent / "err", "w+b") as err:
        started = time.monotonic()
        child = subprocess.Popen([program, "-C", folder, "import", "orders", file], stdout=out, stderr=err, env=ENVIRONMENT)
        stop = threading.Timer(limit, lambda: os.kill(child.pid, signal.SIGKILL))
        stop.start()
        _, status, usage = os.wait4(child.pid, 0)
        stop.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - started
        out.seek(0)
        err.seek(0)
        return Outcome(child.returncode, out.read().decode(errors="replace"), err.read().decode(errors="replace"), usage.ru_maxrss * 1024, seconds)


def wrong(file: File, outcome: Outcome, limit: float) -> str | None:
    """Says what is wrong with an outcome."""
    if outcome.code in (101, 134, -6, -11) or "panicked at" in outcome.err:
        return "panicked"
    if outcome.seconds > limit or outcome.code == -9:
        return f"took {outcome.seconds:.0f} s"
    if outcome.memory > MEMORY:
        return f"took {outcome.memory >> 20} MB"
    if len(outcome.err) > 20_000:
        return f"said {len(outcome.err)} characters"
    if outcome.code not in (0, 1, 2, 3, 4, 5):
        return f"exit code {outcome.code}"
    if outcome.code != 0 and "hint:" not in outcome.err and file.paid is None and "rejected" not in outcome.out:
        return f"no clear error: {outcome.err[:200]}"
    if file.paid is not None:
        total = next((line.split("=")[1].split()[0].replace(",", "") for line in outcome.out.splitlines() if "Σ paid" in line), "0")
        if abs(float(total) - file.paid) > 0.005:
            return f"Σ paid is {total}, not {file.paid}: {outcome.out[:300]} {outcome.err[:300]}"
    if file.rejected is not None and f"{file.rejected} rejected" not in outcome.out:
        return f"not {file.rejected} rejected: {outcome.out[:300]} {outcome.err[:300]}"
    return None


def upload(server: Server, path: Path) -> str:
    boundary = "hostile"
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{path.name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
    body = head.encode() + path.read_bytes() + f"\r\n--{boundary}--\r\n".encode()
    headers = {"Authorization": f"Bearer {server.token}", "Content-Type": f"multipart/form-data; boundary={boundary}"}
    with urllib.request.urlopen(urllib.request.Request(f"{server.url}/api/v1/uploads", data=body, headers=headers), timeout=120) as answer:
        return json.loads(answer.read())["upload_id"]


def preview(server: Server, path: Path, limit: float) -> str | None:
    """Looks into a file in the wizard while another request is answered."""
    try:
        upload_id = upload(server, path)
    except urllib.error.HTTPError as error:
        return None if error.code in (413, 422) else f"{path.name}: the upload answered {error.code}"
    answers: list[tuple[int, object]] = []
    look = threading.Thread(target=lambda: answers.append(server.ask(f"/uploads/{upload_id}/preview", timeout=limit)))
    look.start()
    waited = time.monotonic()
    status, _ = server.ask("/imports", timeout=limit)
    waited = time.monotonic() - waited
    look.join()
    if not answers or answers[0][0] >= 500:
        return f"{path.name}: the preview answered {answers}"
    if status != 200 or waited > limit / 3:
        return f"{path.name}: another request answered {status} after {waited:.1f} s"
    return None


def plan(seed: int, full: bool) -> Iterator[tuple[str, File]]:
    """Every family in turn, each time with other choices."""
    wanted, made = (420 if full else 30), 0
    families = list(FAMILIES)
    if not full:
        random.Random(seed).shuffle(families)
    for turn in range(100):
        for make in families:
            if made >= wanted:
                return
            made += 1
            yield make.__name__, make(random.Random(f"{seed}/{turn}/{make.__name__}"))


def attack(program: Path, folder: Path, seed: int, full: bool) -> str:
    project = folder / "project"
    assert run(program, folder, "init", str(project)).code == 0
    limit = SECONDS * UNOPTIMISED if "debug" in program.parts else SECONDS
    faults: list[str] = []
    imported = refused = files = 0
    most_memory, longest = (0, ""), (0.0, "")
    kept: list[Path] = []
    watcher = ProcessPoolExecutor(1)
    watcher.submit(os.getpid).result()
    for name, file in plan(seed, full):
        path = folder / file.name
        path.write_bytes(file.data)
        outcome = watcher.submit(watched, program, project, path, limit + 5).result()
        files += 1
        fault = wrong(file, outcome, limit)
        if fault:
            faults.append(f"{name} ({file.name}): {fault}")
        imported += outcome.code == 0
        refused += outcome.code != 0
        most_memory = max(most_memory, (outcome.memory, name))
        longest = max(longest, (outcome.seconds, name))
        if files % (7 if full else 5) == 0 and len(file.data) < 20 << 20:
            kept.append(path.rename(folder / f"kept-{files}-{file.name}"))
        else:
            path.unlink()
    watcher.shutdown()
    with Server(program, project) as server:
        faults += [fault for path in kept if (fault := preview(server, path, limit))]
        assert server.ask("/imports")[0] == 200, "the server does not answer after the previews"
    assert not faults, f"{len(faults)} of {files}: " + "; ".join(faults)
    return (
        f"{files} files of {len(FAMILIES)} families, {len(kept)} of them in the wizard: {imported} imported, {refused} refused; 0 panics; "
        f"at most {most_memory[0] >> 20} MB ({most_memory[1]}) and {longest[0]:.1f} s ({longest[1]})"
    )
