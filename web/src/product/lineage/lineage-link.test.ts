import { expect, it } from "vitest";
import { packLineage, unpackLineage } from "./lineage-link";

const request = {
  query: {
    metrics: ["paid_amount"],
    group_by: ["order__channel"],
    where: [],
    start_time: "2025-01-01",
    end_time: null,
    order: [],
    limit: null,
    compare: [],
  },
  metric: "paid_amount",
  cell: { order__channel: "天猫 + 旗舰/店" },
};

it("survives the URL with any text", () => {
  const packed = packLineage(request);
  expect(packed).toMatch(/^[A-Za-z0-9_-]+$/);
  expect(unpackLineage(packed)).toEqual(request);
});

it("refuses damaged text", () => {
  expect(unpackLineage("%%%")).toBeNull();
  expect(unpackLineage(null)).toBeNull();
  expect(unpackLineage(btoa("{}"))).toBeNull();
});
