/**
 * What the server says in English (reasons, hints, notes) in the language of the page. The table's keys are the
 * server's texts with `{names}` where it fills in values; a text without an entry is shown as the server wrote it.
 * A test holds every key against the server's sources.
 */
type Translation = { pattern: RegExp; names: string[]; text: string };

const PLACE = /\{(\w+)\}/g;
let translations: Translation[] = [];

export function setServerTexts(table: Record<string, string>): void {
  // The most specific first: a long literal wins over one that is mostly places.
  const keys = Object.keys(table).sort((one, other) => weight(other) - weight(one));
  translations = keys.map((key) => ({
    pattern: patternOf(key),
    names: [...key.matchAll(PLACE)].map((found) => found[1] ?? ""),
    text: table[key] ?? "",
  }));
}

export function serverText(text: string): string {
  for (const { pattern, names, text: own } of translations) {
    const found = pattern.exec(text);
    if (found) return own.replace(PLACE, (whole, name: string) => found[names.indexOf(name) + 1] ?? whole);
  }
  return text;
}

function weight(key: string): number {
  return key.replace(PLACE, "").length;
}

function patternOf(key: string): RegExp {
  const literals = key.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${literals.join("(.+?)")}$`, "s");
}
