import { useTranslation } from "react-i18next";
import type { Locale } from "./format";
import type { Label } from "./label";
import { usePreferences } from "./preferences";

/** Messages, labels of the project and the language in one hook. */
export function useText() {
  const { t } = useTranslation();
  const locale: Locale = usePreferences().preferences.locale;
  return {
    t,
    locale,
    label: (text: Label | string | null | undefined) => labelIn(locale, text),
    lines: (text: string) => linesIn(locale, text),
    list: (names: string[]) => names.join(locale === "zh-CN" ? "\u3001" : ", "),
    /** Who did something; before there are accounts that is this machine's user. */
    person: (by: string) => (by === "local" ? t("person.local") : by),
  };
}

/**
 * The lines of a text in the language: a definition may describe itself in Chinese and, on lines of their own,
 * in English. A text in one language is shown as it is.
 */
export function linesIn(locale: Locale, text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  const own = lines.filter((line) => line !== "" && /\p{Script=Han}/u.test(line) === (locale === "zh-CN"));
  return (own.length > 0 ? own : lines.filter(Boolean)).join("\n");
}

/** A label in the language; falls back to the other language rather than to nothing. */
export function labelIn(locale: Locale, text: Label | string | null | undefined): string {
  if (text === null || text === undefined) return "";
  if (typeof text === "string") return text;
  return locale === "zh-CN" ? text.zh || text.en : text.en || text.zh;
}
