"""Differences from MetricFlow that are deliberate, each with its reason.

A rule looks at the question and the metrics it involves: it may hide a defect of ours in the questions it covers,
so rules are kept narrow. Only `repeated_groups` looks at the answers.
"""

import json
import re

GRAINS = ["nanosecond", "microsecond", "millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year"]


class Involved:
    """The metrics behind a question, with the offset under which each is read."""

    def __init__(self, case, manifest):
        self.case, self.manifest = case, manifest
        self.by_name = {m["name"]: m for m in manifest["metrics"]}
        self.models = {m["name"]: m for m in manifest["semantic_models"]}
        self.model_of = {m["name"]: s["name"] for s in manifest["semantic_models"] for m in s["measures"]}
        self.metrics, self.shifted = [], []
        self.filters = list(case["where"])
        for name in case["metrics"]:
            self.walk(self.by_name[name])
        named = re.findall(r"Metric\('(\w+)'", " ".join(self.filters))
        self.in_filters = [self.by_name[n] for n in named if n in self.by_name]

    def walk(self, metric):
        self.metrics.append(metric)
        p = metric["type_params"]
        self.filters += templates(metric["filter"]) + templates((p["measure"] or {}).get("filter"))
        for i in [p["numerator"], p["denominator"], *(p["metrics"] or [])]:
            if i:
                self.filters += templates(i["filter"])
                inner = self.by_name[i["name"]]
                if i["offset_window"] or i["offset_to_grain"]:
                    self.shifted.append(inner)
                self.walk(inner)

    def kinds(self):
        return {m["type"] for m in self.metrics}

    def conversions(self):
        return [m["type_params"]["conversion_type_params"] for m in self.metrics if m["type"] == "conversion"]

    def elements(self):
        """Dunder names of group-bys and filters, grains included."""
        names = list(self.case["group_by"])
        for text in self.filters:
            for kind, args in re.findall(r"\{\{ (\w+)\((.*?)\) \}\}", text):
                name = re.match(r"'(\w+)'", args).group(1)
                path = re.search(r"entity_path=\[([^\]]*)\]", args)
                path = re.findall(r"'(\w+)'", path.group(1)) if path else []
                grain = re.match(r"'\w+', '(\w+)'", args)
                if kind != "Metric":
                    names.append("__".join([*path, name] + ([grain.group(1)] if grain else [])))
        return names


def templates(found):
    return [w["where_sql_template"] for w in (found or {}).get("where_filters", [])]


def gap_filled_conversion(q):
    """MetricFlow shows every time of the spine, outside the asked range too."""
    return bool(q.case["start_time"]) and any(c["conversion_measure"]["join_to_timespine"] for c in q.conversions())


def tied_conversion(q):
    """Base events of one time: which of them a conversion belongs to is arbitrary in MetricFlow."""
    measures = {m["name"]: m for s in q.manifest["semantic_models"] for m in s["measures"]}
    monthly = any("month" in str(measures[c[side]["name"]].get("agg_time_dimension")) for c in q.conversions() for side in ("base_measure", "conversion_measure"))
    others = [g for g in q.case["group_by"] if not g.startswith("metric_time")]
    fine = any(g.endswith(("__hour", "__minute", "__second")) for g in q.case["group_by"])
    return bool(q.conversions()) and (monthly or bool(others) or fine)


def moved_validity(q):
    """MetricFlow joins a slowly changing table of a running or shifted value at the time shown; here rows keep the validity of their own time."""
    changing = any(d["type_params"] and d["type_params"].get("validity_params") for s in q.models.values() for d in s["dimensions"])
    return changing and ("cumulative" in q.kinds() or bool(q.shifted))


def cut_window(q):
    """Grouped by the measure's own time under its own name, MetricFlow cuts windows and offsets at the asked range before they are made; here after."""
    shown = q.case["group_by"]
    own = [g for g in shown if not g.startswith("metric_time") and g.split("__")[-1] in GRAINS]
    moved = "cumulative" in q.kinds() or (bool(q.shifted) and bool(own))
    return bool(q.case["start_time"]) and moved and (bool(own) or not any(g.startswith("metric_time") for g in shown))


def combined_offset_by_custom_grain(q):
    """An offset of an already combined metric by a custom grain alone repeats groups or finds none in MetricFlow; here it is refused."""
    shown = [g.split("__")[-1] for g in q.case["group_by"] if g.startswith("metric_time")]
    return bool(shown) and not set(shown) & set(GRAINS) and any(m["type"] in ("derived", "ratio") for m in q.shifted)


def filtered_running_total(q):
    """MetricFlow repeats the rows of a running value for every time that a filter lets through when no time is shown; here a total is counted once."""
    times = [e for e in q.elements() if e.startswith("metric_time") or e.split("__")[-1] in GRAINS]
    shown = [g for g in q.case["group_by"] if g.startswith("metric_time") or g.split("__")[-1] in GRAINS]
    return "cumulative" in q.kinds() and bool(times) and not shown


def partition_hides_hop(q):
    """MetricFlow reads a table on the way from the two-hop join: where the partition finds no row its columns are NULL, too."""
    two_hops = [e for e in q.elements() if len([w for w in e.split("__") if w not in GRAINS]) > 2]
    return any(d["is_partition"] for s in q.models.values() for d in s["dimensions"]) and bool(two_hops)


def time_filter_beside_offset(q):
    """A filter on metric_time at a grain that is not shown acts, in MetricFlow, on the time before an outer offset; here on the shifted one."""
    shown = {g for g in q.case["group_by"] if g.startswith("metric_time")}
    filtered = {e for e in q.elements() if e.startswith("metric_time")} - shown
    return bool(filtered) and any(m["type"] in ("derived", "ratio", "cumulative") for m in q.shifted)


def repeated_groups(case, ours, theirs):
    """MetricFlow reads the spine without making its times distinct, so that one group stands in several equal rows; here it stands in one."""
    if isinstance(ours, str) or isinstance(theirs, str) or not case["metrics"]:
        return False
    shown = [json.dumps(row) for row in theirs[1]]
    once = set(shown)
    return len(once) < len(shown) and once <= {json.dumps(row) for row in ours[1]}


RULES = [gap_filled_conversion, tied_conversion, moved_validity, cut_window, combined_offset_by_custom_grain, filtered_running_total, partition_hides_hop, time_filter_beside_offset]


def known_reason(case, manifest, ours, theirs):
    """Why an answer may differ from MetricFlow's, or None."""
    if repeated_groups(case, ours, theirs):
        return "%s: %s" % (repeated_groups.__name__, repeated_groups.__doc__)
    involved = Involved(case, manifest)
    for rule in RULES:
        if rule(involved):
            return "%s: %s" % (rule.__name__, rule.__doc__)
    return None
