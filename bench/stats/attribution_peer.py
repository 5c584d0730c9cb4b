"""Times ChannelAttribution on a journey file: attribution_peer.py FILE ORDER (in its own environment)."""
import json
import sys

import ChannelAttribution as ca
import pandas as pd

from timed import timed

file, order = sys.argv[1], int(sys.argv[2])
data = pd.read_csv(file)
seconds, runs, result = timed(lambda: ca.markov_model(
    Data=data, var_path="path", var_conv="conversions", var_value="value", var_null="nulls",
    order=order, sep=">", ncore=2, seed=1, verbose=False, flg_pro=False))
result = result["result"] if isinstance(result, dict) else result
credits = dict(zip(result.channel_name.astype(str).str.strip(), result.total_conversions.astype(float)))
print(json.dumps({"seconds": seconds, "runs": runs, "credits": credits}))
