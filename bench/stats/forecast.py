"""Forecast accuracy on the shared competition sets; the MSTL path against augurs and statsforecast."""
import csv
import math
import random

import run as bench

SETS = [("m4_hourly", "Hourly", 24, 24, 48), ("m4_weekly", "Weekly", 1, 1, 13), ("m3_monthly", "Monthly", 12, 12, 18)]
SERIES = 1000
# The peer takes minutes: it gets every tenth series, and its time counts ten times.
THINNED = 10
HOURS = 56 * 24


def read(folder, stem, part):
    with open(bench.SHARED / folder / f"{stem}-{part}.csv") as file:
        return {row[0]: [float(v) for v in row[1:] if v] for row in csv.reader(file)}


def long_form(name, series):
    """Writes {id: values} as id,time,value rows; returns the path."""
    path = bench.CACHE / "bench" / f"{name}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["id", "time", "value"])
        for key, values in series.items():
            out.writerows([key, t, v] for t, v in enumerate(values))
    return path


def is_seasonal(y, m):
    """The 90 % autocorrelation test of the M4 competition."""
    if m < 2 or len(y) < 3 * m:
        return False
    mean = sum(y) / len(y)
    z = [v - mean for v in y]
    power = sum(v * v for v in z)
    if power == 0:
        return False
    r = [sum(a * b for a, b in zip(z[k:], z)) / power for k in range(1, m + 1)]
    return abs(r[-1]) > 1.645 * math.sqrt((1 + 2 * sum(v * v for v in r[:-1])) / len(y))


def naive2(y, m, steps):
    """The competition's yardstick: the last value on classically deseasonalised data."""
    if not is_seasonal(y, m):
        return [y[-1]] * steps
    half, n = m // 2, len(y)
    ratios = [[] for _ in range(m)]
    for t in range(half, n - half):
        level = (sum(y[t - half + 1:t + half]) + (y[t - half] + y[t + half]) / 2) / m
        ratios[t % m].append(y[t] / level)
    index = [sum(r) / len(r) for r in ratios]
    mean = sum(index) / m
    index = [i / mean for i in index]
    return [y[-1] / index[(n - 1) % m] * index[(n + h) % m] for h in range(steps)]


def errors(train, test, forecast, m):
    smape = sum(200 * abs(a - f) / (abs(a) + abs(f)) for a, f in zip(test, forecast) if a or f) / len(test)
    scale = sum(abs(a - b) for a, b in zip(train[m:], train)) / (len(train) - m)
    return smape, sum(abs(a - f) for a, f in zip(test, forecast)) / len(test) / scale


def accuracy(exe, folder, stem, m, season, steps):
    train, test = read(folder, stem, "train"), read(folder, stem, "test")
    path = long_form(folder, train)
    seconds, answer = bench.ours(exe, "forecast", "--input", path, "--id", "id", "--time", "time", "--value", "value",
                                 "--season", season, "--horizon", steps, "--levels", "80,95", times=1)
    ours, base, inside = [], [], 0
    for series in answer["series"]:
        y, actual = train[series["id"]], test[series["id"]]
        ours.append(errors(y, actual, [p["mean"] for p in series["points"]], m))
        base.append(errors(y, actual, naive2(y, m, steps), m))
        inside += sum(p["lo95"] <= a <= p["hi95"] for p, a in zip(series["points"], actual))
    mean = lambda rows, k: sum(r[k] for r in rows) / len(rows)
    owa = (mean(ours, 0) / mean(base, 0) + mean(ours, 1) / mean(base, 1)) / 2
    note = (f"OWA {owa:.3f} (sMAPE {mean(ours, 0):.3f}, MASE {mean(ours, 1):.3f}), "
            f"95 % intervals hold {inside / len(ours) / steps:.1%}")
    return bench.compare(f"forecast auto {folder}", f"{len(ours)} series", seconds, "Naive2", None, note, our_runs=1)


def hourly_rates(count):
    """Seeded hourly conversion rates with a day and a week in them, 8 weeks long."""
    draw = random.Random(20260101)
    series = {}
    for i in range(count):
        base, day, week = draw.uniform(0.02, 0.08), draw.uniform(0.1, 0.4), draw.uniform(0.05, 0.2)
        phase = draw.uniform(0, 2 * math.pi)
        series[f"s{i:04d}"] = [
            base * (1 + day * math.sin(2 * math.pi * t / 24 + phase) + week * math.sin(2 * math.pi * t / 168 + phase)
                    + 0.1 * t / HOURS + draw.gauss(0, 0.12))
            for t in range(HOURS)
        ]
    return series


def speed(exe):
    series = hourly_rates(SERIES)
    path, thin = long_form("hourly_rates", series), long_form("hourly_rates_thin", dict(list(series.items())[::THINNED]))
    args = ["--input", path, "--id", "id", "--time", "time", "--value", "value", "--season", 24, "--horizon", 24]
    ours_s, _ = bench.ours(exe, "forecast", *args, "--model", "mstl", "--origins", 0, "--levels", 80)
    peer = bench.peer(bench.venv("forecast"), "forecast_peer.py", thin)
    return bench.compare("forecast MSTL(24,168)+ETS", f"{SERIES} x {HOURS}", ours_s, "statsforecast, 2 jobs", THINNED * peer["seconds"],
                         f"(measured on {SERIES // THINNED} series, times {THINNED})", peer_runs=1)


def mstl_paths(exe, folder, stem, m, seasons, steps):
    """Our MSTL+ETS path alone against augurs' on every third series: speed and mean absolute scaled error."""
    train, test = read(folder, stem, "train"), read(folder, stem, "test")
    train = {key: train[key] for key in list(train)[::3]}
    path = long_form(f"{folder}_third", train)
    ours_s, answer = bench.ours(exe, "forecast", "--input", path, "--id", "id", "--time", "time", "--value", "value",
                                "--season", m, "--horizon", steps, "--model", "mstl", "--origins", 0, "--levels", 80)
    peer = bench.peer(bench.venv("forecast"), "augurs_peer.py", path, seasons, steps)
    forecasts = {series["id"]: [p["mean"] for p in series["points"]] for series in answer["series"]}
    mase = lambda found: sum(errors(train[key], test[key], found[key], m)[1] for key in train) / len(train)
    note = f"MASE {mase(forecasts):.3f}, augurs {mase(peer['forecasts']):.3f}"
    return bench.compare(f"forecast MSTL path {folder}", f"{len(train)} series", ours_s, "augurs, 1 thread", peer["seconds"], note,
                         peer_runs=peer["runs"])


def run(exe):
    for chosen in SETS:
        yield accuracy(exe, *chosen)
    yield mstl_paths(exe, "m4_hourly", "Hourly", 24, "24,168", 48)
    yield mstl_paths(exe, "m3_monthly", "Monthly", 12, "12", 18)
    yield speed(exe)
