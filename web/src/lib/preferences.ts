/** What a person sets for themselves; kept in this browser only. */
import { createContext, useContext } from "react";
import type { Locale } from "./format";

/** Which colour a favourable number has: red in most Chinese reports, green elsewhere. */
export type ChangeColours = "red-good" | "green-good";

export type Preferences = {
  locale: Locale;
  changeColours: ChangeColours;
  menuCollapsed: boolean;
};

const STORAGE_KEY = "yunheng.preferences";

export function loadPreferences(fallbackLocale: Locale): Preferences {
  const stored = readStored();
  const locale = stored.locale ?? fallbackLocale;
  return {
    locale,
    changeColours: stored.changeColours ?? defaultColours(locale),
    menuCollapsed: stored.menuCollapsed ?? false,
  };
}

export function defaultColours(locale: Locale): ChangeColours {
  return locale === "zh-CN" ? "red-good" : "green-good";
}

export function readStored(): Partial<Preferences> {
  try {
    return JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "{}") as Partial<Preferences>;
  } catch {
    return {};
  }
}

export function storePreferences(change: Partial<Preferences>): void {
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify({ ...readStored(), ...change }));
  } catch {
    // private windows may refuse storage; the choice then lasts for this page only
  }
}

type PreferencesContext = { preferences: Preferences; change: (change: Partial<Preferences>) => void };

export const PreferencesContext = createContext<PreferencesContext | null>(null);

export function usePreferences(): PreferencesContext {
  const found = useContext(PreferencesContext);
  if (!found) throw new Error("usePreferences needs the provider of the app");
  return found;
}
