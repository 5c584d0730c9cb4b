import { createRoot } from "react-dom/client";
import { App } from "@/app/App";
import "@/ui/base.css";
import { wordsOf } from "@/app/words";
import { browserLocale, showLanguage } from "@/lib/i18n";
import { loadPreferences } from "@/lib/preferences";

const preferences = loadPreferences(browserLocale());

showLanguage(preferences.locale, wordsOf).then(() => {
  const root = document.getElementById("root");
  if (root) createRoot(root).render(<App initial={preferences} />);
});
