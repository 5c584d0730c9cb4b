"""augurs' MSTL with AutoETS on a long-form file: augurs_peer.py FILE SEASONS STEPS.

Prints {"seconds", "forecasts": {id: [...]}}; one thread, and no parallel interface in Python.
"""
import json
import sys
import time

import augurs
import numpy as np
import pandas as pd

file, seasons, steps = sys.argv[1], [int(s) for s in sys.argv[2].split(",")], int(sys.argv[3])
series = {key: group.value.to_numpy(np.float64) for key, group in pd.read_csv(file).groupby("id", sort=False)}
forecasts = {}
start = time.perf_counter()
for key, y in series.items():
    model = augurs.MSTL.ets(seasons)
    model.fit(y)
    forecasts[key] = [float(v) for v in model.predict(steps).point()]
print(json.dumps({"seconds": time.perf_counter() - start, "forecasts": forecasts}))
