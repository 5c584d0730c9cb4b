import { openSession } from "./session.mjs";

/** A board of its own, made without the pages. */
export async function makeBoard(session, name) {
  const query = (metric, groups) => ({ metrics: [metric], group_by: groups, compare: ["previous"] });
  const place = (at) => ({ x: 3 * at, y: 0, w: 3, h: 3 });
  const panel = (at, metric) => ({
    title: "",
    view: "number",
    period: "last_30_days",
    query: query(metric, []),
    ...place(at),
  });
  return session.api("/boards", {
    name,
    panels: [
      panel(0, "paid_amount"),
      panel(1, "paid_orders"),
      {
        title: "",
        view: "line",
        period: "last_30_days",
        query: query("net_revenue", ["metric_time__day"]),
        x: 0,
        y: 3,
        w: 12,
        h: 7,
      },
    ],
  });
}

/** A session whose boards are gone when the test is over. */
export async function openSessionFor(t, choice) {
  const session = await openSession(choice);
  const links = [];
  t.after(async () => {
    for (const link of links) {
      await session.page.evaluate((path) => fetch(path, { method: "DELETE" }), `/api/v1/boards/${link}`);
    }
    await session.close();
  });
  return { session, page: session.page, removeLater: (link) => links.push(link) };
}
