import { useTranslation } from "react-i18next";
import type { Label } from "@/api/types";
import type { Locale } from "./format";
import { usePreferences } from "./preferences";

/** Messages, labels of the project and the language in one hook. */
export function useText() {
  const { t } = useTranslation();
  const locale: Locale = usePreferences().preferences.locale;
  return { t, locale, label: (text: Label | string | null | undefined) => labelIn(locale, text) };
}

/** A label in the language; falls back to the other language rather than to nothing. */
export function labelIn(locale: Locale, text: Label | string | null | undefined): string {
  if (text === null || text === undefined) return "";
  if (typeof text === "string") return text;
  return locale === "zh-CN" ? text.zh || text.en : text.en || text.zh;
}
