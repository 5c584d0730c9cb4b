"""Every metric of the kit's manifests as they are, by each grain and by some of its dimensions, with and without a range."""

import json
import os
import random

GRAINS = ["day", "week", "month", "quarter", "year"]
RANGE = {"start_time": "2020-01-03", "end_time": "2020-02-10"}


def manifests(kit):
    ending = ".semantic_manifest.json"
    return sorted(f[: -len(ending)] for f in os.listdir(os.path.join(kit, "manifests")) if f.endswith(ending))


def cases(peer, name):
    """(case, path, manifest) of one manifest; none when MetricFlow cannot load it."""
    path = os.path.join(peer.kit, "manifests", name + ".semantic_manifest.json")
    try:
        peer.load(name, path)
    except Exception:  # whatever MetricFlow raises is a refusal
        return
    manifest = peer.manifest(name)
    custom = [c["name"] for s in manifest["project_configuration"]["time_spines"] for c in s["custom_granularities"]]
    for metric in manifest["metrics"]:
        rng = random.Random(json.dumps([name, metric["name"]]))
        words = elements(peer, name, metric["name"])
        group_bys = [[], ["metric_time"], *(["metric_time__" + grain] for grain in GRAINS + custom)]
        for word in rng.sample(words, min(3, len(words))):
            group_bys += [[word], ["metric_time__" + rng.choice(["day", "month"]), word]]
        for group_by in group_bys:
            case = {
                "model": name, "metrics": [metric["name"]], "group_by": group_by, "where": [], "order": [], "limit": None,
                "start_time": None, "end_time": None, "saved_query": None, "min_max_only": False, "apply_group_by": True,
            }  # fmt: skip
            yield case, path, manifest
            if group_by and rng.random() < 0.4:
                yield {**case, **RANGE}, path, manifest


def elements(peer, name, metric):
    """Dimensions and entities by which MetricFlow groups a metric."""
    try:
        listed = peer.adapter._engine(name).list_group_bys(metric_names=[metric])
    except Exception:  # as above
        return []
    found = {getattr(item, "dunder_name", None) or item.name for item in listed}
    return sorted(word for word in found if "metric_time" not in word)
