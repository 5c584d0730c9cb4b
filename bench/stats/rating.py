"""Krippendorff's alpha (ordinal) against the krippendorff package: 20,000 subjects, 5 raters, a tenth missing.

Ours is the whole command: severities, the intraclass correlations and alpha without its bootstrap.
"""
import random

import run as bench

SUBJECTS = 20_000


def run(exe):
    path = bench.CACHE / "bench" / "ratings_by_name.csv"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draw = random.Random(20260103)
        with open(path, "w") as file:
            file.write("subject,rater,score\n")
            for subject in range(SUBJECTS):
                worth = draw.gauss(3, 1)
                for rater in range(5):
                    if draw.random() > 0.1:
                        score = min(5, max(1, round(worth + 0.2 * rater - 0.4 + draw.gauss(0, 0.7))))
                        file.write(f"{subject},r{rater},{score}\n")
    our_s, answer = bench.ours(exe, "rating", "--input", path, "--subject", "subject", "--rater", "rater",
                               "--score", "score", "--samples", 0)
    peer = bench.peer(bench.venv("response"), "response_peer.py", "alpha", path)
    gap = abs(answer["alpha"]["value"] - peer["values"][0])
    yield bench.compare("rating (alpha and all else)", f"{SUBJECTS} subjects x 5", our_s, "krippendorff", peer["seconds"],
                        f"alpha differs by {gap:.0e}", peer_runs=peer["runs"])
