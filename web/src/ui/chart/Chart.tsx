import { lazy, Suspense } from "react";
import { Skeleton } from "../Panel";
import type { EChartProps } from "./EChart";

const EChart = lazy(() => import("./EChart"));

/** The chart of every page; ECharts itself is loaded with the first one. */
export function Chart(props: EChartProps) {
  return (
    <Suspense fallback={<Skeleton height={props.height} />}>
      <EChart {...props} />
    </Suspense>
  );
}
