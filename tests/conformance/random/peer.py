"""MetricFlow on DuckDB over the kit's tables: the peer that random questions are put to."""

import importlib.util
import json
import logging
import os


def load_runner(kit):
    """The kit's own runner as a module: its comparison of rows and its MetricFlow adapter are used here."""
    spec = importlib.util.spec_from_file_location("kit_run", os.path.join(kit, "..", "run.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Peer:
    def __init__(self, kit):
        logging.disable(logging.CRITICAL)
        self.runner = load_runner(kit)
        self.kit = kit
        self.adapter = self.runner.MetricFlowEngineAdapter(kit)
        self.known, self.seen = {}, {}

    def manifest(self, name):
        with open(os.path.join(self.kit, "manifests", name + ".semantic_manifest.json"), encoding="utf-8") as f:
            return json.load(f)

    def load(self, name, path):
        """Takes the manifest at `path` under `name`."""
        from metricflow.engine.metricflow_engine import MetricFlowEngine
        from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
        from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

        with open(path, encoding="utf-8") as f:
            manifest = parse_manifest_from_dbt_generated_manifest(f.read())
        client = self.runner.explain_only_client()
        self.adapter.engines[name] = MetricFlowEngine(semantic_manifest_lookup=SemanticManifestLookup(manifest), sql_client=client)

    def answer(self, case):
        return self.adapter.query(case)

    def sql(self, case):
        return self.adapter.sql(case)

    # ------------------------------------------------------------ what a manifest offers

    def group_bys(self, name, model):
        """Group-bys of one model's metrics (None: of no metric): name without grain → type and stored grain."""
        if (name, model) not in self.known:
            self.known[name, model] = self._group_bys(name, model)
        return self.known[name, model]

    def _group_bys(self, name, model):
        manifest = self.manifest(name)
        engine = self.adapter._engine(name)
        grains = {d["name"]: d["type_params"]["time_granularity"] for s in manifest["semantic_models"] for d in s["dimensions"] if d["type_params"]}
        if model is None:
            listed = engine.list_group_bys()
        else:
            metric = self._metric_of(manifest, model)
            listed = engine.list_group_bys(metric_names=[metric]) if metric else []
        own = {e["name"] for s in manifest["semantic_models"] if s["name"] == model for e in s["entities"]}
        found = {"metric_time": {"type": "time", "grain": "day"}} if model is None or listed else {}
        for item in listed:
            if type(item).__name__ == "Entity":
                if model is None or item.name in own:
                    found[item.name] = {"type": "entity"}
                continue
            dunder = item.dunder_name
            words = dunder.split("__")
            if item.type.name == "TIME":
                element = words[-1] if words[-1] not in self.runner_grains() else words[-2]
                stem = dunder[: dunder.rindex(element) + len(element)]
                if element != "metric_time":
                    found[stem] = {"type": "time", "grain": grains.get(element, "day")}
            else:
                found[dunder] = {"type": "categorical"}
            path = "__".join(words[:2])
            if model is not None and len(words) > 2 and item.type.name != "TIME":
                found[path] = {"type": "entity"}
        return found

    @staticmethod
    def runner_grains():
        return {"nanosecond", "microsecond", "millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year"}

    @staticmethod
    def _metric_of(manifest, model):
        """A metric measured on this model only."""
        measures = {m["name"] for s in manifest["semantic_models"] if s["name"] == model for m in s["measures"]}
        for metric in manifest["metrics"]:
            own = metric["type_params"]["input_measures"]
            if metric["type"] in ("simple", "cumulative") and own and all(m["name"] in measures for m in own):
                return metric["name"]
        return None

    def values(self, name, dunder):
        """Some values of a categorical dimension or an entity, by its last word."""
        element = dunder.split("__")[-1]
        if (name, element) not in self.seen:
            self.seen[name, element] = self._values(name, element)
        return self.seen[name, element]

    def _values(self, name, element):
        for model in self.manifest(name)["semantic_models"]:
            for item in [*model["dimensions"], *model["entities"]]:
                if item["name"] == element:
                    relation = model["node_relation"]["relation_name"]
                    sql = "SELECT DISTINCT %s AS v FROM %s ORDER BY v LIMIT 30" % (item["expr"] or element, relation)
                    return [r[0] for r in self.adapter.con.execute(sql).fetchall() if r[0] is not None]
        return []
