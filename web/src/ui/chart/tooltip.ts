import type { EChartsCoreOption } from "echarts/core";

type Node = Record<string, unknown>;
type Formatter = (...given: unknown[]) => unknown;

/**
 * Tooltips are the one place where ECharts takes markup. What a formatter gives is shown as text there, lines apart,
 * so that no name out of a file can become part of the page.
 */
export function withTextTooltips(option: EChartsCoreOption): EChartsCoreOption {
  return visit(option, false) as EChartsCoreOption;
}

function visit(value: unknown, inTooltip: boolean): unknown {
  if (Array.isArray(value)) return value.some(isNode) ? value.map((one) => visit(one, inTooltip)) : value;
  if (!isNode(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) =>
      inTooltip && key === "formatter" ? [key, asText(one)] : [key, visit(one, key === "tooltip")],
    ),
  );
}

/** ECharts puts names into a template as they are, so there are no templates. */
function asText(formatter: unknown): Formatter {
  if (typeof formatter !== "function") throw new TypeError("a tooltip is written by a function");
  return (...given) => {
    const text = document.createElement("div");
    text.style.whiteSpace = "pre-line";
    text.textContent = String((formatter as Formatter)(...given) ?? "");
    return text;
  };
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
