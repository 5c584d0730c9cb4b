"""statsforecast's MSTL(24, 168) with AutoETS on a long-form file: prints {"seconds"} of one run after a warm-up."""
import json
import sys
import time

import pandas as pd
from statsforecast import StatsForecast
from statsforecast.models import MSTL, AutoETS

if __name__ == "__main__":
    data = pd.read_csv(sys.argv[1]).rename(columns={"id": "unique_id", "time": "ds", "value": "y"})
    make = lambda jobs: StatsForecast(
        models=[MSTL(season_length=[24, 168], trend_forecaster=AutoETS(model="ZZN"))], freq=1, n_jobs=jobs)
    first = data.unique_id.iloc[0]
    make(1).forecast(df=data[data.unique_id == first], h=24, level=[80])
    start = time.perf_counter()
    make(2).forecast(df=data, h=24, level=[80])
    print(json.dumps({"seconds": time.perf_counter() - start}))
