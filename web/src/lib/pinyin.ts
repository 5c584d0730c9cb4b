/** Finding things by what people type: a word, a part of one, its pinyin or the initials of that, a synonym. */
import { useEffect, useState } from "react";
import type { Label } from "@/api/types";

/** Whether a text reads as what was typed, in pinyin. */
export type Pinyin = (text: string, typed: string) => boolean;

/** How well words match, 0 best; null when none does. Without pinyin (its table is not there yet) by letters only. */
export function searchRank(words: string[], typed: string, pinyin: Pinyin | null): number | null {
  const wanted = typed.trim().toLowerCase();
  if (wanted === "") return 0;
  const ranks = words.map((word) => {
    const text = word.toLowerCase();
    if (text === wanted) return 0;
    if (text.startsWith(wanted)) return 1;
    if (text.includes(wanted)) return 2;
    return pinyin?.(word, wanted) ? 3 : Number.POSITIVE_INFINITY;
  });
  const best = Math.min(...ranks);
  return Number.isFinite(best) ? best : null;
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
  return (text, typed) => table.match(text, typed) !== false;
}

type Named = { name: string; label: Label; synonyms?: string[] };

/** What a metric, or anything else with a name and labels, is found by. */
export function wordsOf({ name, label, synonyms = [] }: Named): string[] {
  return [label.zh, label.en, ...synonyms, name].filter(Boolean);
}
