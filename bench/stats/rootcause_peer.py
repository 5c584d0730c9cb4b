"""Runs RiskLoc with its default parameters: rootcause_peer.py RISKLOC_FOLDER RATIO < lines of "file<TAB>dims<TAB>truth".

Prints TP, FP, FN summed over the instances (the repository's own scoring) and the mean seconds per instance.
"""
import json
import sys
import time
import warnings

warnings.filterwarnings("ignore")
sys.path.insert(0, sys.argv[1])
import pandas as pd
from algorithms.riskloc import riskloc
from utils.evaluation import root_cause_postprocessing, score_root_causes

ratio = sys.argv[2] == "ratio"
counts, seconds = [0, 0, 0], []
for line in sys.stdin:
    file, dims, truth = line.rstrip("\n").split("\t")
    dims = sorted(dims.split(","))
    data = pd.read_csv(file)
    data[dims] = data[dims].astype(str)
    start = time.perf_counter()
    found = riskloc(data, dims, derived=ratio)
    seconds.append(time.perf_counter() - start)
    scores = score_root_causes(root_cause_postprocessing(found, "riskloc"), truth)
    counts = [a + int(b) for a, b in zip(counts, scores)]
print(json.dumps({"counts": counts, "seconds": sum(seconds) / len(seconds)}))
