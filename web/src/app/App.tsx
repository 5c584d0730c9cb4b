import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { ConfigProvider } from "antd";
import type { Locale as AntdLocale } from "antd/es/locale";
import { useEffect, useMemo, useState } from "react";
import { RouterProvider } from "react-router";
import { showLanguage } from "@/lib/i18n";
import {
  defaultColours,
  type Preferences,
  PreferencesContext,
  readStored,
  storePreferences,
} from "@/lib/preferences";
import { ProblemError } from "@/lib/problem";
import { useProject } from "@/product/project/api";
import { router } from "./routes";
import { theme } from "./theme";
import { wordsOf } from "./words";

const STALE_AFTER_MS = 30_000;

const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: STALE_AFTER_MS,
      retry: (count, error) => count < 1 && !(error instanceof ProblemError && error.problem.status > 0),
    },
  },
});

const antdLocales = {
  "zh-CN": () => import("antd/es/locale/zh_CN"),
  en: () => import("antd/es/locale/en_US"),
};

export function App({ initial }: { initial: Preferences }) {
  return (
    <QueryClientProvider client={queryClient}>
      <Preferred initial={initial} />
    </QueryClientProvider>
  );
}

/** Applies the person's settings; before they choose a language the project's own counts. */
function Preferred({ initial }: { initial: Preferences }) {
  const [preferences, setPreferences] = useState(initial);
  const [antdLocale, setAntdLocale] = useState<AntdLocale>();
  const projectLocale = useProject().data?.locale;
  const { locale, changeColours } = preferences;

  const context = useMemo(() => {
    const apply = async (change: Partial<Preferences>) => {
      if (change.locale) await showLanguage(change.locale, wordsOf);
      setPreferences((now) => ({ ...now, ...change }));
    };
    const change = (wanted: Partial<Preferences>) => {
      const follow =
        wanted.locale && readStored().changeColours === undefined
          ? { changeColours: defaultColours(wanted.locale) }
          : {};
      storePreferences(wanted);
      void apply({ ...wanted, ...follow });
    };
    return { preferences, change, apply };
  }, [preferences]);

  useEffect(() => {
    if (projectLocale && readStored().locale === undefined && projectLocale !== locale) {
      void context.apply({ locale: projectLocale, changeColours: defaultColours(projectLocale) });
    }
  }, [projectLocale, locale, context]);

  useEffect(() => {
    document.documentElement.dataset.changes = changeColours;
  }, [changeColours]);

  useEffect(() => {
    let current = true;
    antdLocales[locale]().then((module) => {
      if (current) setAntdLocale(module.default);
    });
    return () => {
      current = false;
    };
  }, [locale]);

  return (
    <PreferencesContext.Provider value={context}>
      <ConfigProvider theme={theme} locale={antdLocale} button={{ autoInsertSpace: false }}>
        <RouterProvider router={router} />
      </ConfigProvider>
    </PreferencesContext.Provider>
  );
}
