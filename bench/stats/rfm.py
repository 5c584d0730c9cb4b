"""RFM scores and segments against pandas: 1,000,000 customers with 5,000,000 orders.

Both sides start from columns in memory (pandas with customers coded and dates parsed); the segments must agree.
"""
from run import CACHE, compare, ours, peer, venv

CUSTOMERS, ORDERS = 1_000_000, 5_000_000


def run(exe):
    python, path = venv("response"), CACHE / "bench" / f"orders_{ORDERS}.csv"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        peer(python, "rfm_peer.py", "data", path, CUSTOMERS, ORDERS)
    our_s, answer = ours(exe, "rfm", "--input", path, "--customer", "customer", "--date", "date", "--amount", "amount",
                         "--as-of", "2025-12-31")
    theirs = peer(python, "rfm_peer.py", "rfm", path)
    found = {segment["segment"]: segment["customers"] for segment in answer["segments"]}
    # Sums of money differ in their last bits, so that a customer on a bound may fall to either side of it.
    differing = sum(abs(found.get(name, 0) - theirs["segments"].get(name, 0)) for name in {*found, *theirs["segments"]}) // 2
    yield compare("rfm scores and segments", f"{answer['n']:,} of {ORDERS:,}", our_s, "pandas", theirs["seconds"],
                  f"{differing} of the customers in another segment", peer_runs=theirs["runs"])
