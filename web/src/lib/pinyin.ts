/** Finding things by what people type: a word, a part of one, its pinyin or the initials of that, a synonym. */
import { useEffect, useState } from "react";
import type { Label } from "./label";

/** Where a text begins to read as what was typed, in pinyin; -1 when nowhere. */
export type Pinyin = (text: string, typed: string) => number;

/** Longer than any word: a word's length decides among matches of one kind only. */
const LENGTH_SHARE = 1000;

/**
 * How well words match; null when none does. The whole number says how (0 the very word, 1 its beginning, 2 inside it,
 * 3 and 4 the same two in pinyin), the fraction grows with the word. Without pinyin (its table is not there yet) by
 * letters only.
 */
export function searchRank(words: string[], typed: string, pinyin: Pinyin | null): number | null {
  const wanted = typed.trim().toLowerCase();
  if (wanted === "") return 0;
  const ranks = words.map((word) => kindOfMatch(word, wanted, pinyin) + word.length / LENGTH_SHARE);
  const best = Math.min(...ranks);
  return Number.isFinite(best) ? best : null;
}

function kindOfMatch(word: string, wanted: string, pinyin: Pinyin | null): number {
  const at = word.toLowerCase().indexOf(wanted);
  if (at === 0) return word.length === wanted.length ? 0 : 1;
  if (at > 0) return 2;
  const read = pinyin?.(word, wanted) ?? -1;
  if (read < 0) return Number.POSITIVE_INFINITY;
  return read === 0 ? 3 : 4;
}

/** The items that match, best first, otherwise in their order. */
export function search<T>(
  items: T[],
  typed: string,
  wordsOf: (item: T) => string[],
  pinyin: Pinyin | null,
): T[] {
  return items
    .map((item) => ({ item, rank: searchRank(wordsOf(item), typed, pinyin) }))
    .filter((one): one is { item: T; rank: number } => one.rank !== null)
    .sort((one, other) => one.rank - other.rank)
    .map(({ item }) => item);
}

/** Searches among items for what is typed. */
export function useSearch<T>(typed: string, wordsOf: (item: T) => string[]): (items: T[]) => T[] {
  const pinyin = usePinyin(typed);
  return (items) => search(items, typed, wordsOf, pinyin);
}

/** The table of pinyin, loaded by the first letter typed. */
export function usePinyin(typed: string): Pinyin | null {
  const [pinyin, setPinyin] = useState<Pinyin | null>(null);
  const wanted = /[a-z]/i.test(typed);
  useEffect(() => {
    if (!wanted || pinyin) return;
    let alive = true;
    loadPinyin().then((loaded) => {
      if (alive) setPinyin(() => loaded);
    });
    return () => {
      alive = false;
    };
  }, [wanted, pinyin]);
  return pinyin;
}

export async function loadPinyin(): Promise<Pinyin> {
  const { default: table } = await import("pinyin-match");
  return (text, typed) => {
    const found = table.match(text, typed);
    return found === false ? -1 : found[0];
  };
}

type Named = { name: string; label: Label; synonyms?: string[] };

/** What a metric, or anything else with a name and labels, is found by. */
export function wordsOf({ name, label, synonyms = [] }: Named): string[] {
  return [label.zh, label.en, ...synonyms, name].filter(Boolean);
}
