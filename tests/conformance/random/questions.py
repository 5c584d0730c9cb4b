"""Random questions to a manifest: metrics, group-bys, filters, times, order, limit."""

GRAINS = ["nanosecond", "microsecond", "millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year"]
PARTS = ["year", "quarter", "month", "day", "dow", "doy"]
STARTS = ["2019-12-01", "2019-12-19", "2020-01-01", "2020-01-02", "2020-01-05", "2020-01-31", "2020-02-03"]
LENGTHS = [0, 1, 2, 6, 13, 30, 45, 366]


def template(kind, name, *more):
    """A call as filters have it: only the last entity stands in the name, the others in `entity_path`."""
    words, kept = name.split("__"), 1 if kind == "Entity" else 2
    path = ["entity_path=[%s]" % ", ".join("'%s'" % w for w in words[:-kept])] if len(words) > kept else []
    return "{{ %s(%s) }}" % (kind, ", ".join(["'%s'" % "__".join(words[-kept:]), *more, *path]))


class Questions:
    """`peer` knows the group-bys of a model's metrics and the values of a dimension (see `peer.Peer`)."""

    def __init__(self, rng, name, manifest, peer):
        self.rng, self.name, self.manifest, self.peer = rng, name, manifest, peer
        self.models = {m["name"]: m for m in manifest["semantic_models"]}
        self.model_of = {m["name"]: s["name"] for s in manifest["semantic_models"] for m in s["measures"]}
        self.metrics = {m["name"]: m for m in manifest["metrics"]}
        self.custom = [c["name"] for s in manifest["project_configuration"]["time_spines"] for c in s["custom_granularities"]]
        self.custom = [c for c in self.custom if not c.startswith("fiscal")]

    # ------------------------------------------------------------ what can be asked

    def models_of(self, metric):
        """The models a metric is measured on."""
        p = self.metrics[metric]["type_params"]
        names = [m["name"] for m in p["input_measures"]]
        names += [p["measure"]["name"]] if p["measure"] else []
        return {self.model_of[n] for n in names}

    def group_bys(self, metrics):
        """Dunder names without grain that all these metrics can be grouped by, sorted."""
        found = None
        for model in sorted({m for name in metrics for m in self.models_of(name)}):
            own = self.peer.group_bys(self.name, model)
            found = own if found is None else {k: v for k, v in found.items() if k in own}
        return found if found is not None else {}

    # ------------------------------------------------------------ questions

    def ask(self):
        rng = self.rng
        if rng.random() < 0.08:
            return self.without_metrics()
        if rng.random() < 0.03 and self.manifest["saved_queries"]:
            return self.case(saved_query=rng.choice(self.manifest["saved_queries"])["name"])
        names = sorted(self.metrics)
        metrics = [rng.choice(names)]
        while rng.random() < 0.35 and len(metrics) < 4:
            more = rng.choice(names)
            if more not in metrics:
                metrics.append(more)
        known = self.group_bys(metrics)
        group_by = []
        if rng.random() < 0.7:
            group_by.append(self.time("metric_time", "day"))
        for name in rng.sample(sorted(known), min(len(known), rng.choice([0, 0, 1, 1, 2]))):
            item = self.item(name, known[name])
            if item not in group_by:
                group_by.append(item)
        where = [self.filter(known) for _ in range(rng.choice([0, 0, 0, 1, 1, 2])) if known]
        case = self.case(metrics=metrics, group_by=group_by, where=where)
        if rng.random() < 0.75:
            case["start_time"], case["end_time"] = self.window()
        self.order(case)
        return case

    def without_metrics(self):
        rng = self.rng
        known = self.peer.group_bys(self.name, None)
        names = rng.sample(sorted(known), min(len(known), rng.choice([1, 1, 2])))
        group_by = [self.item(name, known[name]) for name in names]
        case = self.case(group_by=group_by, where=[self.filter({n: known[n] for n in names})] if rng.random() < 0.4 else [])
        if len(names) == 1 and rng.random() < 0.2:
            case["min_max_only"] = True
        else:
            self.order(case)
        return case

    def case(self, **given):
        blank = {"metrics": [], "group_by": [], "where": [], "order": [], "start_time": None, "end_time": None, "limit": None}
        return {**blank, "model": self.name, "saved_query": None, "min_max_only": False, "apply_group_by": True, **given}

    def window(self):
        import datetime

        start = datetime.date.fromisoformat(self.rng.choice(STARTS))
        return start.isoformat(), (start + datetime.timedelta(days=self.rng.choice(LENGTHS))).isoformat()

    def order(self, case):
        """An order without ties: all group-bys, in any order, perhaps a metric first; a limit only then."""
        rng = self.rng
        if rng.random() < 0.7 or not case["group_by"]:
            return
        keys = rng.sample(case["group_by"], len(case["group_by"]))
        if rng.random() < 0.4 and case["metrics"]:
            keys.insert(0, rng.choice(case["metrics"]))
        if any("extract" in k for k in keys):
            return
        case["order"] = [rng.choice(["", "-"]) + k for k in keys]
        if rng.random() < 0.5:
            case["limit"] = rng.randint(1, 12)

    def item(self, name, kind):
        return self.time(name, kind["grain"]) if kind["type"] == "time" else name

    def time(self, name, finest):
        rng = self.rng
        draw = rng.random()
        if draw < 0.08:
            return "%s__extract_%s" % (name, rng.choice(PARTS))
        if draw < 0.14 and self.custom:
            return "%s__%s" % (name, rng.choice(self.custom))
        if draw < 0.2 and name == "metric_time":
            return name
        return "%s__%s" % (name, self.grain(finest))

    def grain(self, finest):
        coarser = GRAINS[GRAINS.index(finest) :]
        weights = [6 if g == "day" else 2 if g in ("week", "month") else 1 for g in coarser]
        return self.rng.choices(coarser, weights)[0]

    # ------------------------------------------------------------ filters

    def filter(self, known):
        """One template over these group-bys."""
        rng = self.rng
        draw = rng.random()
        if draw < 0.12:
            return "(%s) OR (%s)" % (self.condition(known), self.condition(known))
        if draw < 0.2:
            return "%s AND NOT (%s)" % (self.condition(known), self.condition(known))
        return self.condition(known)

    def condition(self, known):
        rng = self.rng
        draw = rng.random()
        entities = sorted(n for n, k in known.items() if k["type"] == "entity" and "__" not in n)
        if draw < 0.1 and entities:
            return self.metric_condition(rng.choice(entities))
        if draw < 0.3 and "metric_time" in known:
            return self.time_condition("metric_time", "day")
        name = rng.choice(sorted(known))
        kind = known[name]
        if kind["type"] == "time":
            return self.time_condition(name, kind["grain"])
        call = template("Entity" if kind["type"] == "entity" else "Dimension", name)
        return self.value_condition(call, self.peer.values(self.name, name))

    def time_condition(self, name, finest):
        rng = self.rng
        grain = rng.choice([finest if finest in ("month", "year") else "day", self.grain(finest)])
        call = template("TimeDimension", name, "'%s'" % grain)
        if rng.random() < 0.1:
            return "%s IS %sNULL" % (call, rng.choice(["", "NOT "]))
        start, end = self.window()
        if rng.random() < 0.3:
            return "%s BETWEEN CAST('%s' AS TIMESTAMP) AND CAST('%s' AS TIMESTAMP)" % (call, start, end)
        return "%s %s CAST('%s' AS TIMESTAMP)" % (call, rng.choice([">=", ">", "<", "<=", "=", "<>"]), start)

    def value_condition(self, call, values):
        rng = self.rng
        if rng.random() < 0.15 or not values:
            return "%s IS %sNULL" % (call, rng.choice(["", "NOT "]))
        value = rng.choice(values)
        if isinstance(value, bool):
            return rng.choice(["{0}", "NOT {0}", "{0} OR {0} IS NULL", "{0} IS NOT TRUE"]).format(call)
        if isinstance(value, (int, float)):
            return "%s %s %s" % (call, rng.choice([">=", ">", "<", "=", "<>"]), value)
        quoted = "'%s'" % str(value).replace("'", "''")
        other = "'%s'" % str(rng.choice(values)).replace("'", "''")
        shapes = ["{0} = {1}", "{0} = {1}", "{0} <> {1}", "{0} IN ({1}, {2})", "{0} NOT IN ({1})", "{0} = {1} OR {0} IS NULL", "{0} LIKE '%{3}%'"]
        return rng.choice(shapes).format(call, quoted, other, str(value)[:2].replace("'", ""))

    def metric_condition(self, entity):
        rng = self.rng
        plain = [n for n, m in self.metrics.items() if m["type"] in ("simple", "ratio", "derived")]
        known = sorted(n for n in plain if entity in self.group_bys([n]))
        if not known:
            return "{{ Entity('%s') }} IS NOT NULL" % entity
        return "{{ Metric('%s', ['%s']) }} %s" % (rng.choice(known), entity, rng.choice(["> 1", ">= 2", "> 100", "IS NOT NULL", "< 3"]))
