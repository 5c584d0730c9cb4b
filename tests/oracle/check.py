"""Checks, and the comparison of two answers."""

import datetime
import math
from dataclasses import dataclass, field
from decimal import Decimal

REL_TOL = 1e-9


@dataclass
class Check:
    """A question to the program and the SQL that must give the same rows.

    The SQL runs in DuckDB on the original files; its columns are the group-bys, then the metrics, in the order asked.
    """

    name: str
    metrics: list[str]
    sql: str
    group_by: list[str] = field(default_factory=list)
    where: list[str] = field(default_factory=list)
    start: str | None = None
    end: str | None = None
    order: list[str] = field(default_factory=list)
    limit: int | None = None
    compare: list[str] = field(default_factory=list)
    # The columns compared, instead of the metrics.
    columns: list[str] = field(default_factory=list)


def plain(value):
    """A cell as None, str or float; midnight is written as a date."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float, Decimal)):
        return float(value)
    if isinstance(value, (datetime.datetime, datetime.date)):
        value = value.isoformat()
    return str(value).replace(" 00:00:00", "").replace("T00:00:00", "")


def same(a, b):
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=REL_TOL, abs_tol=1e-9)
    return a == b


def compare(expected, actual, dimensions):
    """The first difference between two lists of rows, keyed by their first `dimensions` columns; None when equal."""
    wanted = {tuple(map(plain, row[:dimensions])): [plain(v) for v in row[dimensions:]] for row in expected}
    given = {tuple(map(plain, row[:dimensions])): [plain(v) for v in row[dimensions:]] for row in actual}
    if len(wanted) != len(expected) or len(given) != len(actual):
        return f"repeated groups: {len(expected)} expected rows, {len(actual)} given"
    for key in list(wanted) + [key for key in given if key not in wanted]:
        if key not in given:
            return f"{key} is missing, expected {wanted[key]}"
        if key not in wanted:
            return f"{key} is too many: {given[key]}"
        if not all(map(same, wanted[key], given[key])):
            return f"{key}: expected {wanted[key]}, given {given[key]}"
    return None
