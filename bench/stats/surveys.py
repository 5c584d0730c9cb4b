"""CSAT and NPS by group against pandas with statsmodels: 2,000,000 answers in 200 groups.

Both sides start from columns in memory with the groups coded; every interval must agree.
"""
import random

from run import CACHE, compare, ours, peer, venv

ANSWERS, GROUPS = 2_000_000, 200


def survey(path):
    """Writes seeded answers from 0 to 10 and from 1 to 5 by store; stores differ, some answers are missing."""
    draw = random.Random(20260105)
    mood = [draw.uniform(0.55, 0.9) for _ in range(GROUPS)]
    with open(path, "w") as file:
        file.write("store,recommend,satisfaction\n")
        for _ in range(ANSWERS):
            store = draw.randrange(GROUPS)
            liking = min(1.0, max(0.0, draw.gauss(mood[store], 0.2)))
            recommend = "" if draw.random() < 0.02 else round(10 * liking)
            file.write(f"store {store:03d},{recommend},{1 + round(4 * liking)}\n")


def gap(ours, theirs, keys=("value", "lower", "upper")):
    """Largest difference over all groups."""
    return max(abs(ours["groups"][group][key] - value) for group, values in theirs.items() for key, value in zip(keys, values))


def run(exe):
    path = CACHE / "bench" / "survey.csv"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        survey(path)
    python = venv("response")
    for method, column, name in (("csat", "satisfaction", "pandas + statsmodels Wilson"), ("nps", "recommend", "pandas + numpy")):
        our_s, answer = ours(exe, method, "--input", path, "--score", column, "--group", "store")
        theirs = peer(python, "surveys_peer.py", method, path)
        yield compare(f"{method} by group, intervals", f"{ANSWERS:,} x {GROUPS}", our_s, name, theirs["seconds"],
                      f"differ by at most {gap(answer, theirs['groups']):.0e}", peer_runs=theirs["runs"])
