"""augurs' MSTL with AutoETS on a long-form file: augurs_peer.py FILE SEASONS STEPS.

Prints {"seconds", "runs", "forecasts": {id: [...]}}; one thread, and no parallel interface in Python.
"""
import json
import sys

import augurs
import numpy as np
import pandas as pd

from timed import timed

file, seasons, steps = sys.argv[1], [int(s) for s in sys.argv[2].split(",")], int(sys.argv[3])
series = {key: group.value.to_numpy(np.float64) for key, group in pd.read_csv(file).groupby("id", sort=False)}


def forecast(y):
    model = augurs.MSTL.ets(seasons)
    model.fit(y)
    return [float(v) for v in model.predict(steps).point()]


seconds, runs, forecasts = timed(lambda: {key: forecast(y) for key, y in series.items()})
print(json.dumps({"seconds": seconds, "runs": runs, "forecasts": forecasts}))
