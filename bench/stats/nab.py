"""The scoring of the Numenta Anomaly Benchmark, from its published definition (Lavin & Ahmad 2015)."""
import math

PROFILES = {"standard": (1.0, 0.11, 1.0), "low FP": (1.0, 0.22, 1.0), "low FN": (1.0, 0.11, 2.0)}


def sigmoid(position):
    return -1.0 if position > 3 else 2 / (1 + math.exp(5 * position)) - 1


def raw_score(n, windows, alerts, profile):
    """Score of one file: n rows, windows [(first, last)], alerts [row], both ascending."""
    hit, false_alarm, miss = PROFILES[profile]
    start = math.floor(0.15 * min(n, 5000))
    alerts = [a for a in alerts if a >= start]
    total = 0.0
    for left, right in windows:
        inside = [a for a in alerts if left <= a <= right]
        width = right - left + 1
        total += hit * sigmoid(-(right - inside[0] + 1) / width) / sigmoid(-1) if inside else -miss
    for alert in alerts:
        if any(left <= alert <= right for left, right in windows):
            continue
        before = [w for w in windows if w[1] < alert]
        value = sigmoid((alert - before[-1][1]) / max(1, before[-1][1] - before[-1][0])) if before else -1.0
        total += false_alarm * value
    return total


def normalised(total, windows, profile):
    hit, _, miss = PROFILES[profile]
    return 100 * (total + miss * windows) / ((hit + miss) * windows)
