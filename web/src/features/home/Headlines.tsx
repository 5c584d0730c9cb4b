import { Link, useSearchParams } from "react-router";
import type { HomeHeadline } from "@/api/types";
import { useText } from "@/lib/use-text";
import { trendOf } from "@/product/answer/answer";
import { cellOf } from "@/product/answer/block";
import { sharedSearch } from "@/product/filters/filters";
import { Headline } from "@/product/number/Metric";

/** The day's numbers in one row, each with its comparisons and the trend of the days before. */
export function Headlines({ headline }: { headline: HomeHeadline }) {
  const { t, label } = useText();
  const [params] = useSearchParams();
  const shared = sharedSearch(params).replace("?", "&");
  return (
    <div className="home-headlines">
      {headline.day.query.metrics.map((metric) => {
        const cell = cellOf(headline.day, metric);
        return (
          <div className="home-card" key={metric}>
            <Headline {...cell} trend={trendOf(headline.trend.answer, metric)} />
            <Link
              className="home-analyse"
              to={`/explore?m=${metric}&g=day${shared}`}
              aria-label={`${t("home.analyse")} ${label(cell.label)}`}
            >
              {t("home.analyse")}
            </Link>
          </div>
        );
      })}
    </div>
  );
}
