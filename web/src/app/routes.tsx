import { createBrowserRouter, type RouteObject } from "react-router";
import { Frame } from "./Frame";
import { NotFound } from "./NotFound";
import { RouteFailure } from "./RouteFailure";

/** Each page is its own chunk. */
const pages: RouteObject[] = [
  { index: true, lazy: async () => ({ Component: (await import("@/features/home/HomePage")).HomePage }) },
  {
    path: "explore",
    lazy: async () => ({ Component: (await import("@/features/analysis/ExplorePage")).ExplorePage }),
  },
  {
    path: "boards",
    lazy: async () => ({ Component: (await import("@/features/boards/BoardsPage")).BoardsPage }),
  },
  {
    path: "boards/:link",
    lazy: async () => ({ Component: (await import("@/features/boards/BoardPage")).BoardPage }),
  },
  {
    path: "metrics",
    lazy: async () => ({ Component: (await import("@/features/metrics/CataloguePage")).CataloguePage }),
  },
  {
    path: "metrics/:name",
    lazy: async () => ({ Component: (await import("@/features/metrics/MetricPage")).MetricPage }),
  },
  {
    path: "appraisal",
    lazy: async () => ({ Component: (await import("@/features/appraisal/SchemesPage")).SchemesPage }),
  },
  {
    path: "appraisal/:scheme/:period/:subject",
    lazy: async () => ({ Component: (await import("@/features/appraisal/ScorecardPage")).ScorecardPage }),
  },
  {
    path: "targets",
    lazy: async () => ({ Component: (await import("@/features/targets/TargetsPage")).TargetsPage }),
  },
  {
    path: "targets/grid",
    lazy: async () => ({ Component: (await import("@/features/targets/TargetGridPage")).TargetGridPage }),
  },
  {
    path: "targets/actuals",
    lazy: async () => ({ Component: (await import("@/features/targets/ActualsPage")).ActualsPage }),
  },
  {
    path: "targets/:metric/:period",
    lazy: async () => ({ Component: (await import("@/features/targets/TargetPage")).TargetPage }),
  },
  {
    path: "data/reconcile",
    lazy: async () => ({ Component: (await import("@/features/reconcile/ReconcilePage")).ReconcilePage }),
  },
  {
    path: "data",
    lazy: async () => ({ Component: (await import("@/features/data/DatasetsPage")).DatasetsPage }),
  },
  {
    path: "data/import",
    lazy: async () => ({
      Component: (await import("@/features/data/wizard/ImportWizardPage")).ImportWizardPage,
    }),
  },
  {
    path: "data/imports",
    lazy: async () => ({ Component: (await import("@/features/data/ImportsPage")).ImportsPage }),
  },
  {
    path: "data/imports/:id",
    lazy: async () => ({ Component: (await import("@/features/data/ImportPage")).ImportPage }),
  },
  {
    path: "data/datasets/:name",
    lazy: async () => ({ Component: (await import("@/features/data/DatasetPage")).DatasetPage }),
  },
  { path: "*", Component: NotFound },
];

/** A wall has the window to itself. */
const wall: RouteObject = {
  path: "boards/:link/wall",
  lazy: async () => ({ Component: (await import("@/features/boards/WallPage")).WallPage }),
};

export const router = createBrowserRouter([
  { HydrateFallback: () => null, ErrorBoundary: RouteFailure, children: [wall] },
  {
    path: "/",
    Component: Frame,
    HydrateFallback: () => null,
    children: [{ ErrorBoundary: RouteFailure, children: pages }],
  },
]);
