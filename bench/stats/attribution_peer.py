"""Times ChannelAttribution on a journey file: attribution_peer.py FILE ORDER TIMES (in its own environment)."""
import json
import sys
import time

import ChannelAttribution as ca
import pandas as pd

file, order, times = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
data = pd.read_csv(file)
seconds, credits = [], {}
for _ in range(times):
    start = time.perf_counter()
    result = ca.markov_model(Data=data, var_path="path", var_conv="conversions", var_value="value", var_null="nulls",
                             order=order, sep=">", ncore=2, seed=1, verbose=False, flg_pro=False)
    seconds.append(time.perf_counter() - start)
    result = result["result"] if isinstance(result, dict) else result
    credits = dict(zip(result.channel_name.astype(str).str.strip(), result.total_conversions.astype(float)))
print(json.dumps({"seconds": sorted(seconds)[len(seconds) // 2], "credits": credits}))
