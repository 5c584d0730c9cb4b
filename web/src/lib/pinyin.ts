import { useEffect, useState } from "react";

type Matcher = (text: string, typed: string) => boolean;

const plain: Matcher = (text, typed) => text.toLowerCase().includes(typed.toLowerCase());

/** Matches text by substring, and by pinyin once its table has loaded (asked for by the first search). */
export function useSearchMatcher(typed: string): Matcher {
  const [byPinyin, setByPinyin] = useState<Matcher | null>(null);
  const wanted = /^[a-z]/i.test(typed);
  useEffect(() => {
    if (!wanted || byPinyin) return;
    let alive = true;
    import("pinyin-match").then((module) => {
      if (alive)
        setByPinyin(() => (text: string, search: string) => module.default.match(text, search) !== false);
    });
    return () => {
      alive = false;
    };
  }, [wanted, byPinyin]);
  return (text, search) => plain(text, search) || (byPinyin?.(text, search) ?? false);
}
