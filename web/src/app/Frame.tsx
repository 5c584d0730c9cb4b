import { Button, Dropdown, Tooltip } from "antd";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { NavLink, Outlet, useLocation, useNavigation, useSearchParams } from "react-router";
import { usePreferences } from "@/lib/preferences";
import { asProblem } from "@/lib/problem";
import { useText } from "@/lib/use-text";
import { useValueNames } from "@/product/catalogue/api";
import { COMPUTED_PARAM, unpackComputed } from "@/product/computed/computed";
import { useCloseComputed } from "@/product/computed/use-computed";
import { sharedSearch } from "@/product/filters/filters";
import { LINEAGE_PARAM, unpackLineage } from "@/product/lineage/lineage-link";
import { useProject } from "@/product/project/api";
import { unpackWhy, WHY_PARAM } from "@/product/why/why-link";
import {
  AimOutlined,
  AppstoreOutlined,
  DatabaseOutlined,
  FunctionOutlined,
  HomeOutlined,
  LineChartOutlined,
  MenuFoldOutlined,
  MenuUnfoldOutlined,
  SearchOutlined,
  TrophyOutlined,
  UserOutlined,
} from "@/ui/icons";
import { Mark } from "@/ui/Mark";
import { ProblemView } from "@/ui/ProblemView";
import { useDelayed } from "@/ui/use-delayed";
import { FilterBar, type FilteredKind } from "./FilterBar";
import "./frame.css";

const WhyDrawer = lazy(() => import("@/features/why/WhyDrawer"));
const LineageDrawer = lazy(() => import("@/features/lineage/LineageDrawer"));
const ComputedDrawer = lazy(() => import("@/features/lineage/ComputedDrawer"));
const CommandPalette = lazy(() => import("./CommandPalette"));

const MENU = [
  { path: "/", key: "home", icon: <HomeOutlined /> },
  { path: "/explore", key: "explore", icon: <LineChartOutlined /> },
  { path: "/boards", key: "boards", icon: <AppstoreOutlined /> },
  { path: "/metrics", key: "metrics", icon: <FunctionOutlined /> },
  { path: "/appraisal", key: "appraisal", icon: <TrophyOutlined /> },
  { path: "/targets", key: "targets", icon: <AimOutlined /> },
  { path: "/data", key: "data", icon: <DatabaseOutlined /> },
] as const;

/** Pages whose numbers obey the filter bar; a board's panels bring their own period and comparisons. */
function filtersFor(path: string): FilteredKind | null {
  if (path === "/" || path === "/explore") return "page";
  return path.startsWith("/boards/") ? "board" : null;
}

export function Frame() {
  const { preferences } = usePreferences();
  const project = useProject();
  // Asked for at once, so that no page shows `S01` first and its name later.
  useValueNames();
  const location = useLocation();
  const denied = project.isError && asProblem(project.error).status === 401;
  return (
    <div className={`frame${preferences.menuCollapsed ? " frame-collapsed" : ""}`}>
      <SkipLink />
      <Menu />
      <div className="frame-main">
        <TopBar filters={filtersFor(location.pathname)} />
        <LoadingLine />
        <main className="frame-page" id="page" tabIndex={-1}>
          {denied || (project.isError && !project.data) ? (
            <ProblemView error={project.error} onRetry={() => project.refetch()} />
          ) : (
            <Outlet />
          )}
        </main>
      </div>
      <Why />
      <ComputedPanels />
      <Lineage />
    </div>
  );
}

function SkipLink() {
  const { t } = useText();
  return (
    <a className="skip" href="#page">
      {t("frame.skip")}
    </a>
  );
}

function Menu() {
  const { t } = useText();
  const { preferences, change } = usePreferences();
  const [params] = useSearchParams();
  const shared = sharedSearch(params);
  const collapsed = preferences.menuCollapsed;
  return (
    <nav className="menu" aria-label={t("frame.menu")}>
      <NavLink to={`/${shared}`} className="menu-brand" aria-label={t("app.name")}>
        <img src="/icon.svg" alt="" width={24} height={24} />
        <span className="menu-text">{t("app.name")}</span>
      </NavLink>
      {MENU.map(({ path, key, icon }) => (
        <NavLink
          key={key}
          to={`${path}${shared}`}
          end={path === "/"}
          className="menu-item"
          title={collapsed ? t(`menu.${key}`) : undefined}
        >
          {icon}
          <span className="menu-text">{t(`menu.${key}`)}</span>
        </NavLink>
      ))}
      <button
        type="button"
        className="menu-item menu-fold"
        onClick={() => change({ menuCollapsed: !collapsed })}
        aria-label={collapsed ? t("frame.unfold") : t("frame.fold")}
      >
        {collapsed ? <MenuUnfoldOutlined /> : <MenuFoldOutlined />}
      </button>
    </nav>
  );
}

function TopBar({ filters }: { filters: FilteredKind | null }) {
  const project = useProject().data;
  const { t, locale } = useText();
  const { change } = usePreferences();
  return (
    <div className="topbar">
      <span className="topbar-project">
        {project?.name}
        {project?.synthetic && (
          <Tooltip title={t("frame.syntheticWhy")}>
            <Mark>{t("frame.synthetic")}</Mark>
          </Tooltip>
        )}
      </span>
      <div className="topbar-filters">{filters && <FilterBar kind={filters} />}</div>
      <PaletteButton />
      <Button
        type="text"
        onClick={() => change({ locale: locale === "zh-CN" ? "en" : "zh-CN" })}
        lang={locale === "zh-CN" ? "en" : "zh-CN"}
      >
        {t("frame.otherLanguage")}
      </Button>
      <Me />
    </div>
  );
}

function PaletteButton() {
  const { t } = useText();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        setOpen(true);
      }
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  return (
    <>
      <Button type="text" icon={<SearchOutlined />} onClick={() => setOpen(true)}>
        <span className="visually-hidden">{t("palette.open")}</span>
        <kbd className="topbar-kbd">{t("palette.key")}</kbd>
      </Button>
      {open && (
        <Suspense fallback={null}>
          <CommandPalette onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

/** The person's settings. */
function Me() {
  const { t } = useText();
  const { preferences, change } = usePreferences();
  const project = useProject().data;
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        selectedKeys: [preferences.changeColours],
        items: [
          {
            type: "group",
            label: t("settings.changeColours"),
            children: [
              {
                key: "red-good",
                label: t("settings.redGood"),
                onClick: () => change({ changeColours: "red-good" }),
              },
              {
                key: "green-good",
                label: t("settings.greenGood"),
                onClick: () => change({ changeColours: "green-good" }),
              },
            ],
          },
          { type: "divider" },
          {
            key: "version",
            disabled: true,
            label: t("settings.version", { version: project?.version ?? "" }),
          },
        ],
      }}
    >
      <Button type="text" icon={<UserOutlined />} aria-label={t("settings.me")} />
    </Dropdown>
  );
}

/** A thin line while the next page's code is on its way for longer than 300 ms. */
function LoadingLine() {
  const { t } = useText();
  const visible = useDelayed(useNavigation().state === "loading");
  return visible ? <div className="loading-line" role="progressbar" aria-label={t("frame.loading")} /> : null;
}

/** The drawers belong to no page: any URL with a number in it opens them. */
function Why(): ReactNode {
  const [params] = useSearchParams();
  const request = unpackWhy(params.get(WHY_PARAM));
  if (!request) return null;
  return (
    <Suspense fallback={null}>
      <WhyDrawer request={request} />
    </Suspense>
  );
}

function ComputedPanels(): ReactNode {
  const [params] = useSearchParams();
  const close = useCloseComputed();
  return params.getAll(COMPUTED_PARAM).map((packed, place) => {
    const computed = unpackComputed(packed);
    if (!computed) return null;
    return (
      <Suspense key={place} fallback={null}>
        <ComputedDrawer of={computed} onClose={() => close(place)} />
      </Suspense>
    );
  });
}

function Lineage(): ReactNode {
  const [params, setParams] = useSearchParams();
  const request = unpackLineage(params.get(LINEAGE_PARAM));
  if (!request) return null;
  const close = () =>
    setParams((now) => {
      now.delete(LINEAGE_PARAM);
      return now;
    });
  return (
    <Suspense fallback={null}>
      <LineageDrawer request={request} onClose={close} />
    </Suspense>
  );
}
