"""Random metrics in the form dbt compiles them to, added to a manifest of the kit.

Every kind of metric and every parameter the language knows appears: percentiles, balances, windows, to-date
metrics, offsets, conversions, filled and joined gaps, filters at every level.
"""

import copy

EXPRESSIONS = {
    1: ["{0} * 2", "{0} + 10", "COALESCE({0}, 0)", "CASE WHEN {0} > 2 THEN {0} ELSE 0 END", "-{0}"],
    2: ["{0} - {1}", "{0} + {1}", "{0} * {1}", "{0} / NULLIF({1}, 0)", "COALESCE({0}, 0) - COALESCE({1}, 0)"],
    3: ["{0} + {1} - {2}", "({0} - {1}) / NULLIF({2}, 0)", "COALESCE({0}, {1}, {2})"],
}
# Base and conversion measures of one model, the entity that both know, and properties that may have to agree.
CONVERSIONS = [
    ("visits", "buys", "user", [("session", "session_id")]),
    ("visits", "buys", "session", []),
    ("visitors", "buyers", "user", []),
    ("visits", "txn_revenue", "user", []),
    ("views", "bookings", "listing", [("ds", "ds"), ("ds_partitioned", "ds_partitioned")]),
    ("visits", "identity_verifications", "user", []),
    ("listings", "views", "listing", [("user", "user")]),
]


class Definitions:
    """Adds metrics to a copy of a manifest. `filters(model)` gives a random template for a model's metrics."""

    def __init__(self, rng, manifest, models, filters):
        self.rng, self.filters = rng, filters
        self.manifest = copy.deepcopy(manifest)
        self.models = {m["name"]: m for m in self.manifest["semantic_models"] if m["name"] in models}
        self.model_of = {m["name"]: s["name"] for s in self.models.values() for m in s["measures"]}
        self.metrics = {m["name"]: m for m in self.manifest["metrics"]}
        self.grains = ["day", "day", "day", "week", "month", "quarter", "year"]
        self.custom = [c["name"] for s in manifest["project_configuration"]["time_spines"] for c in s["custom_granularities"]]

    def add_all(self, number):
        kinds = [self.simple, self.simple, self.cumulative, self.cumulative, self.ratio, self.derived, self.derived, self.conversion]
        for _ in range(max(4, number // 8)):
            self.measure()
        for n in range(number):
            made = self.rng.choice(kinds)()
            if made:
                self.add("random_%d" % n, *made)
        return self.manifest

    def add(self, name, kind, params, more):
        metric = {
            "name": name, "description": name, "type": kind, "label": None, "config": None, "metadata": None, "filter": None,
            "time_granularity": None,
        }
        metric["type_params"] = {
            "measure": None, "numerator": None, "denominator": None, "expr": None, "window": None, "grain_to_date": None, "metrics": None,
            "conversion_type_params": None, "cumulative_type_params": None, "input_measures": [], "metric_aggregation_params": None,
            "join_to_timespine": False, "fill_nulls_with": None, "is_private": False, **params,
        }  # fmt: skip
        metric["type_params"]["input_measures"] = self.input_measures(metric["type_params"])
        metric.update(more)
        self.manifest["metrics"].append(metric)
        self.metrics[name] = metric

    def input_measures(self, p):
        conversion = p["conversion_type_params"] or {}
        own = [m for m in (p["measure"], conversion.get("conversion_measure"), conversion.get("base_measure")) if m]
        inputs = [i for i in (p["numerator"], p["denominator"], *(p["metrics"] or [])) if i]
        for i in inputs:
            own += self.metrics[i["name"]]["type_params"]["input_measures"]
        return [m for n, m in enumerate(own) if m not in own[:n]]

    # ------------------------------------------------------------ measures

    def measure(self):
        """A variation of a measure: another aggregation, a balance."""
        rng = self.rng
        base_name = rng.choice(sorted(self.model_of))
        model = self.models[self.model_of[base_name]]
        measure = copy.deepcopy(next(m for m in model["measures"] if m["name"] == base_name))
        measure["name"] = "%s_v%d" % (base_name, len(self.model_of))
        measure["non_additive_dimension"] = measure["agg_params"] = None
        measure["expr"] = measure["expr"] or base_name
        if measure["agg"] in ("sum", "max", "min", "average", "median", "percentile"):
            measure["agg"] = rng.choice(["sum", "min", "max", "average", "median", "percentile", "count", "count_distinct"])
        if measure["agg"] == "percentile":
            params = {"percentile": rng.choice([0.1, 0.25, 0.5, 0.9, 0.99]), "use_discrete_percentile": rng.random() < 0.5}
            measure["agg_params"] = {**params, "use_approximate_percentile": False}
        times = [d["name"] for d in model["dimensions"] if d["type"] == "time" and not d["is_partition"]]
        default = (model["defaults"] or {}).get("agg_time_dimension")
        time = rng.choice([default, default, *times]) or rng.choice(times)
        if time != default:
            measure["agg_time_dimension"] = time
        if rng.random() < 0.3 and measure["agg"] in ("sum", "min", "max"):
            keys = [e["name"] for e in model["entities"]]
            choice, groupings = rng.choice(["min", "max"]), rng.sample(keys, min(len(keys), rng.choice([0, 0, 1, 1, 2])))
            measure["non_additive_dimension"] = {"name": time, "window_choice": choice, "window_groupings": groupings}
        model["measures"].append(measure)
        self.model_of[measure["name"]] = model["name"]

    def measure_input(self, name, filtered=0.3):
        rng = self.rng
        return {
            "name": name,
            "filter": self.filter(self.model_of[name], filtered),
            "alias": None,
            "join_to_timespine": rng.random() < 0.2,
            "fill_nulls_with": rng.choice([None, None, None, 0, 0, 7]),
        }

    def filter(self, model, chance):
        if self.rng.random() >= chance or model is None:
            return None
        return {"where_filters": [{"where_sql_template": self.filters(model)} for _ in range(self.rng.choice([1, 1, 2]))]}

    def any_measure(self):
        return self.rng.choice(sorted(self.model_of))

    def span(self, longest=None):
        grain = self.rng.choice(self.grains)
        most = longest or {"day": 20, "week": 4, "month": 3, "quarter": 2, "year": 1}[grain]
        return {"count": self.rng.randint(1, most), "granularity": grain}

    # ------------------------------------------------------------ metrics

    def simple(self):
        name = self.any_measure()
        more = {"filter": self.filter(self.model_of[name], 0.3)}
        if self.rng.random() < 0.1:
            more["time_granularity"] = self.rng.choice(["week", "month"])
        return "simple", {"measure": self.measure_input(name)}, more

    def cumulative(self):
        rng, name = self.rng, self.any_measure()
        if next(m for m in self.models[self.model_of[name]]["measures"] if m["name"] == name)["non_additive_dimension"]:
            return None
        shape = rng.choice(["window", "window", "to_date", "all"])
        params = {"window": None, "grain_to_date": None, "metric": None, "period_agg": rng.choice(["first", "last", "average"])}
        if shape == "window":
            params["window"] = self.span()
        if shape == "to_date":
            params["grain_to_date"] = rng.choice(["week", "month", "quarter", "year"])
        measure = self.measure_input(name, 0)  # MetricFlow drops the filter of a cumulative metric's input
        measure["join_to_timespine"] = False
        return "cumulative", {"measure": measure, "cumulative_type_params": params}, {"filter": self.filter(self.model_of[name], 0.2)}

    def input(self, alias=None, offset=0.0):
        rng = self.rng
        name = rng.choice(sorted(n for n, m in self.metrics.items() if m["type"] != "conversion"))
        made = {"name": name, "filter": None, "alias": alias, "offset_window": None, "offset_to_grain": None}
        made["filter"] = self.filter(self.a_model_of(name), 0.2)
        draw = rng.random()
        if draw < offset * 0.65:
            made["offset_window"] = self.span()
            if self.custom and rng.random() < 0.1:
                made["offset_window"] = {"count": rng.randint(1, 2), "granularity": rng.choice(self.custom)}
        elif draw < offset:
            made["offset_to_grain"] = rng.choice(["week", "month", "quarter", "year"])
        return made

    def a_model_of(self, metric):
        measures = self.metrics[metric]["type_params"]["input_measures"]
        return self.model_of.get(measures[0]["name"]) if measures else None

    def ratio(self):
        numerator, denominator = self.input(alias="n"), self.input(alias="d")
        return "ratio", {"numerator": numerator, "denominator": denominator}, {"filter": self.filter(self.a_model_of(numerator["name"]), 0.15)}

    def derived(self):
        count = self.rng.choice([1, 2, 2, 2, 3])
        inputs = [self.input(alias="i%d" % n, offset=0.5) for n in range(count)]
        expr = self.rng.choice(EXPRESSIONS[count]).format(*[i["alias"] for i in inputs])
        return "derived", {"expr": expr, "metrics": inputs}, {"filter": self.filter(self.a_model_of(inputs[0]["name"]), 0.15)}

    def conversion(self):
        rng = self.rng
        known = [c for c in CONVERSIONS if c[0] in self.model_of and c[1] in self.model_of]
        if not known:
            return None
        base, converted, entity, properties = rng.choice(known)
        constant = rng.sample(properties, rng.randint(0, len(properties)))
        params = {
            "base_measure": self.measure_input(base, 0),  # as above
            "base_metric": None,
            "conversion_measure": self.measure_input(converted, 0),
            "conversion_metric": None,
            "entity": entity,
            "calculation": rng.choice(["conversion_rate", "conversions"]),
            "window": self.span(3) if rng.random() < 0.7 else None,
            "constant_properties": [{"base_property": b, "conversion_property": c} for b, c in constant] or None,
        }
        params["base_measure"]["join_to_timespine"] = False
        return "conversion", {"conversion_type_params": params}, {"filter": self.filter(self.model_of[base], 0.3)}
