import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type { Locale } from "./format";
import type { Messages } from "./messages";
import { setServerTexts } from "./server-text";

/** The server writes English; other languages bring their own table. */
const serverTexts = {
  "zh-CN": () => import("@/lib/messages/server.zh-CN.json"),
  en: async () => ({ default: {} }),
};

/** Loads the messages of a language and makes it the one on screen. */
export async function showLanguage(
  locale: Locale,
  load: (locale: Locale) => Promise<Messages>,
): Promise<void> {
  if (!i18next.isInitialized) {
    await i18next.use(initReactI18next).init({
      lng: locale,
      fallbackLng: false,
      resources: {},
      interpolation: { escapeValue: false },
    });
  }
  const texts = serverTexts[locale]();
  if (!i18next.hasResourceBundle(locale, "translation")) {
    i18next.addResourceBundle(locale, "translation", await load(locale));
  }
  setServerTexts((await texts).default);
  await i18next.changeLanguage(locale);
  document.documentElement.lang = locale;
}

export function browserLocale(): Locale {
  return navigator.language.toLowerCase().startsWith("zh") ? "zh-CN" : "en";
}
