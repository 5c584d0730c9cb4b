"""Times calls in the peers' scripts as run.py times ours."""
import time

# What takes longer than this is run once: its own spread is small against its length.
LONG_S = 10.0


def timed(call, runs=5):
    """(median seconds, runs, last result) of CALL."""
    seconds = []
    while len(seconds) < runs and not (seconds and seconds[0] >= LONG_S):
        start = time.perf_counter()
        result = call()
        seconds.append(time.perf_counter() - start)
    return sorted(seconds)[len(seconds) // 2], len(seconds), result
