"""augurs' MSTL with AutoETS, or AutoETS, on a long-form file: augurs_peer.py FILE mstl|ets SEASONS STEPS.

Prints {"seconds", "forecasts": {id: [...]}}; series that augurs cannot fit are left out.
"""
import json
import sys
import time

import augurs
import numpy as np
import pandas as pd

file, method, seasons, steps = sys.argv[1], sys.argv[2], [int(s) for s in sys.argv[3].split(",")], int(sys.argv[4])
series = {key: group.value.to_numpy(np.float64) for key, group in pd.read_csv(file).groupby("id", sort=False)}
forecasts = {}
start = time.perf_counter()
for key, y in series.items():
    model = augurs.MSTL.ets(seasons) if method == "mstl" else augurs.AutoETS(seasons[0], "ZZZ" if seasons[0] > 1 else "ZZN")
    try:
        model.fit(y)
        forecasts[key] = [float(v) for v in model.predict(steps).point()]
    except Exception:  # it refuses some series: constant, or too short
        continue
print(json.dumps({"seconds": time.perf_counter() - start, "forecasts": forecasts}))
