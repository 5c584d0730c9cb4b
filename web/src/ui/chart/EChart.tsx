import type { ECElementEvent, EChartsCoreOption, EChartsType } from "echarts/core";
import { useEffect, useRef } from "react";
import { echarts } from "./echarts";
import { withTextTooltips } from "./tooltip";

export type EChartProps = {
  option: EChartsCoreOption;
  height: number;
  label: string;
  onPoint?: (seriesId: string, dataIndex: number) => void;
};

/** Mounts one chart, follows its box and forwards clicks on points. */
export default function EChart({ option, height, label, onPoint }: EChartProps) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const point = useRef(onPoint);
  point.current = onPoint;

  useEffect(() => {
    if (!box.current) return;
    // A magnified box (a wall) needs the pixels of its size on the screen.
    const zoom = (box.current as { currentCSSZoom?: number }).currentCSSZoom ?? 1;
    const mounted = echarts.init(box.current, null, { devicePixelRatio: window.devicePixelRatio * zoom });
    chart.current = mounted;
    mounted.on("click", (event: ECElementEvent) => {
      if (event.seriesId) point.current?.(event.seriesId, event.dataIndex);
    });
    const observer = new ResizeObserver(() => mounted.resize());
    observer.observe(box.current);
    return () => {
      observer.disconnect();
      mounted.dispose();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    chart.current?.setOption(withTextTooltips(option), { notMerge: true });
  }, [option]);

  return <div ref={box} style={{ height, overflow: "hidden" }} role="img" aria-label={label} />;
}
