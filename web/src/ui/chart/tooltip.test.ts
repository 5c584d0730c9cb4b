import { afterEach, expect, test, vi } from "vitest";
import { withTextTooltips } from "./tooltip";

afterEach(() => vi.unstubAllGlobals());

test("what a tooltip's formatter gives is text, wherever the tooltip is", () => {
  vi.stubGlobal("document", { createElement: () => ({ style: {}, textContent: "" }) });
  const formatter = ({ name }: { name: string }) => `${name}\n1`;
  const label = { formatter };
  const option = withTextTooltips({
    tooltip: { formatter },
    series: [{ type: "bar", label, data: [1, 2], tooltip: { formatter } }],
  }) as { tooltip: Shown; series: { label: unknown; tooltip: Shown }[] };
  type Shown = { formatter: (given: { name: string }) => { textContent: string } };
  for (const shown of [option.tooltip, option.series[0]?.tooltip]) {
    expect(shown?.formatter({ name: "<img src=x>" }).textContent).toBe("<img src=x>\n1");
  }
  expect(option.series[0]?.label).toEqual(label);
});

test("a template is refused", () => {
  expect(() => withTextTooltips({ tooltip: { formatter: "{b}: {c}" } })).toThrow("written by a function");
});
