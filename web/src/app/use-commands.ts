import { useLocation, useNavigate, useSearchParams } from "react-router";
import { usePageActions } from "@/lib/page-actions";
import { wordsOf } from "@/lib/pinyin";
import { usePreferences } from "@/lib/preferences";
import { useText } from "@/lib/use-text";
import { useBoards } from "@/product/board/api";
import { PERIOD_PARAM } from "@/product/board/board";
import { useCatalogue, useDatasets, useSchemes } from "@/product/catalogue/api";
import { dayOf, isDay, sharedSearch } from "@/product/filters/filters";
import { RELATIVE_PERIODS, rangeOfRelative } from "@/product/period/period";
import { useProject } from "@/product/project/api";
import type { Command } from "./palette";

/** Everything the palette can do: what the page offers, settings, periods, and every place by name. */
export function useCommands(typed: string, onPeriods: () => void): Command[] {
  const { t } = useText();
  const periods = usePeriods(typed);
  const offered = usePageActions().map((action): Command => ({ ...action, group: "action", words: [] }));
  const change: Command[] =
    periods.length === 0
      ? []
      : [
          {
            key: "period",
            group: "action",
            text: t("palette.period"),
            words: [],
            run: onPeriods,
            stays: true,
          },
        ];
  return [...offered, ...change, ...useSettings(), ...periods, ...usePlaces()];
}

function useSettings(): Command[] {
  const { t, locale } = useText();
  const { preferences, change } = usePreferences();
  const go = useGo();
  const action = (key: string, text: string, run: () => void, words: string[] = []): Command => ({
    key,
    group: "action",
    text,
    words,
    run,
  });
  const red = preferences.changeColours === "red-good";
  return [
    action("import", t("import.title"), () => go("/data/import")),
    action("new-board", t("board.create"), () => go("/boards?new=1")),
    action("language", t("palette.language"), () => change({ locale: locale === "zh-CN" ? "en" : "zh-CN" }), [
      t("frame.otherLanguage"),
      "English",
      "language",
      "zhongwen",
    ]),
    action("colours", t(red ? "settings.greenGood" : "settings.redGood"), () =>
      change({ changeColours: red ? "green-good" : "red-good" }),
    ),
    action("menu", t(preferences.menuCollapsed ? "frame.unfold" : "frame.fold"), () =>
      change({ menuCollapsed: !preferences.menuCollapsed }),
    ),
  ];
}

/** Periods of the page on screen, where it has one, and a business day that was typed. */
function usePeriods(typed: string): Command[] {
  const { t } = useText();
  const { pathname } = useLocation();
  const [params, setParams] = useSearchParams();
  const project = useProject().data;
  const day = dayOf(params, project?.as_of);
  const board = pathname.startsWith("/boards/");
  const analysis = pathname === "/explore";
  if (!day || !(board || analysis || pathname === "/")) return [];
  const edit = (change: (now: URLSearchParams) => void) =>
    setParams((now) => {
      change(now);
      return now;
    });
  const typedDay = typed.trim();
  const days = isDay(typedDay)
    ? [{ key: `day:${typedDay}`, text: t("home.asOf", { day: typedDay }), day: typedDay }]
    : [];
  const last = project?.as_of
    ? [{ key: "day:last", text: t("palette.lastDay", { day: project.as_of }), day: null }]
    : [];
  const ranges = board || analysis ? RELATIVE_PERIODS : [];
  return [
    ...[...days, ...last].map(
      ({ key, text, day: wanted }): Command => ({
        key,
        group: "period",
        text,
        words: wanted ? [wanted] : [],
        run: () => edit((now) => (wanted ? now.set("date", wanted) : now.delete("date"))),
      }),
    ),
    ...ranges.map((period): Command => {
      const { start, end } = rangeOfRelative(period, day);
      return {
        key: `period:${period}`,
        group: "period",
        text: t(`period.${period}`),
        words: [t("filter.period")],
        run: () => edit((now) => (board ? now.set(PERIOD_PARAM, period) : now.set("r", `${start}..${end}`))),
      };
    }),
  ];
}

/** Goes to a page and takes day, comparisons and filters along. */
function useGo(): (path: string) => void {
  const navigate = useNavigate();
  const [params] = useSearchParams();
  return (path) => {
    const shared = sharedSearch(params);
    void navigate(path + (path.includes("?") ? shared.replace("?", "&") : shared));
  };
}

function usePlaces(): Command[] {
  const { t, label } = useText();
  const go = useGo();
  const metrics = useCatalogue().data?.metrics ?? [];
  const datasets = useDatasets().data ?? [];
  const schemes = useSchemes().data ?? [];
  const boards = useBoards().data ?? [];
  const pages = [
    ["/", t("menu.home")],
    ["/explore", t("menu.explore")],
    ["/boards", t("menu.boards")],
    ["/metrics", t("menu.metrics")],
    ["/appraisal", t("menu.appraisal")],
    ["/targets", t("menu.targets")],
    ["/targets/grid", t("grid.title")],
    ["/data", t("menu.data")],
    ["/data/imports", t("imports.title")],
    ["/data/reconcile", t("reconcile.title")],
  ] as const;
  return [
    ...pages.map(
      ([path, text]): Command => ({ key: path, group: "page", text, words: [], run: () => go(path) }),
    ),
    ...boards.map(
      (board): Command => ({
        key: `board:${board.link}`,
        group: "board",
        text: board.name,
        words: [],
        run: () => go(`/boards/${board.link}`),
      }),
    ),
    ...metrics.map(
      (metric): Command => ({
        key: `metric:${metric.name}`,
        group: "metric",
        text: label(metric.label),
        words: wordsOf(metric),
        run: () => go(`/metrics/${metric.name}`),
      }),
    ),
    ...datasets.map(
      (dataset): Command => ({
        key: `dataset:${dataset.name}`,
        group: "dataset",
        text: label(dataset.label),
        words: wordsOf(dataset),
        run: () => go(`/data/datasets/${dataset.name}`),
      }),
    ),
    ...schemes.map(
      (scheme): Command => ({
        key: `scheme:${scheme.name}`,
        group: "scheme",
        text: label(scheme.label),
        words: wordsOf(scheme),
        run: () => go(`/appraisal?scheme=${scheme.name}`),
      }),
    ),
  ];
}
