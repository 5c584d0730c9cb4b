import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type zh from "@/lib/messages/zh-CN.json";
import type { Locale } from "./format";
import { setServerTexts } from "./server-text";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: typeof zh };
    returnNull: false;
  }
}

/** The server writes English; other languages bring their own table. */
const serverTexts = {
  "zh-CN": () => import("@/lib/messages/server.zh-CN.json"),
  en: async () => ({ default: {} }),
};

const loaders = {
  "zh-CN": () => import("@/lib/messages/zh-CN.json"),
  en: () => import("@/lib/messages/en.json"),
};

/** Loads the messages of a language and makes it the one on screen. */
export async function showLanguage(locale: Locale): Promise<void> {
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
    const messages = await loaders[locale]();
    i18next.addResourceBundle(locale, "translation", messages.default);
  }
  setServerTexts((await texts).default);
  await i18next.changeLanguage(locale);
  document.documentElement.lang = locale;
}

export function browserLocale(): Locale {
  return navigator.language.toLowerCase().startsWith("zh") ? "zh-CN" : "en";
}
