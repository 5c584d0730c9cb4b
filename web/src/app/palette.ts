/** What the command palette shows: commands found, in groups, those used last first. */
import { type Pinyin, searchRank } from "@/lib/pinyin";

export const GROUPS = ["recent", "action", "period", "page", "board", "metric", "dataset", "scheme"] as const;
export type Group = (typeof GROUPS)[number];

export type Command = {
  key: string;
  group: Group;
  text: string;
  /** Other words that find it. */
  words: string[];
  run: () => void;
  /** Whether the palette stays open. */
  stays?: boolean;
};

export type Section = { group: Group; commands: Command[] };

/** Groups that show before anything is typed. */
const AT_REST: readonly Group[] = ["action", "page", "board"];
const PER_GROUP = 7;
const RECENT_SHOWN = 5;
const RECENT_KEPT = 20;
const STORAGE_KEY = "yunheng.recent";

/**
 * The commands found. With nothing typed: the recent ones, then actions, pages and boards. With something typed:
 * groups by their best match, and within a group by match, then by recency.
 */
export function sectionsOf(
  commands: Command[],
  typed: string,
  recent: string[],
  pinyin: Pinyin | null,
): Section[] {
  if (typed.trim() === "") return atRest(commands, recent);
  const age = new Map(recent.map((key, at) => [key, at]));
  const found = commands.flatMap((command) => {
    const rank = searchRank([command.text, ...command.words], typed, pinyin);
    return rank === null ? [] : [{ command, rank, age: age.get(command.key) ?? RECENT_KEPT }];
  });
  const groups = GROUPS.map((group) => {
    const own = found
      .filter((one) => one.command.group === group)
      .sort(
        (one, other) =>
          Math.floor(one.rank) - Math.floor(other.rank) || one.age - other.age || one.rank - other.rank,
      );
    return { group, own, best: Math.floor(own[0]?.rank ?? Number.POSITIVE_INFINITY) };
  });
  return groups
    .filter(({ own }) => own.length > 0)
    .sort((one, other) => one.best - other.best)
    .map(({ group, own }) => ({ group, commands: own.slice(0, PER_GROUP).map((one) => one.command) }));
}

function atRest(commands: Command[], recent: string[]): Section[] {
  const used = recent
    .flatMap((key) => commands.find((command) => command.key === key) ?? [])
    .slice(0, RECENT_SHOWN);
  const rest = AT_REST.map((group) => ({
    group,
    commands: commands.filter((one) => one.group === group && !used.includes(one)),
  }));
  return [{ group: "recent" as const, commands: used }, ...rest].filter((one) => one.commands.length > 0);
}

/** The keys of the commands used last, newest first; kept in this browser only. */
export function readRecent(): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "[]");
    return Array.isArray(stored) ? stored.filter((key): key is string => typeof key === "string") : [];
  } catch {
    return [];
  }
}

export function rememberUse(key: string): void {
  try {
    const kept = [key, ...readRecent().filter((one) => one !== key)].slice(0, RECENT_KEPT);
    localStorage.setItem(STORAGE_KEY, JSON.stringify(kept));
  } catch {
    // private windows may refuse storage; then nothing is recent
  }
}
