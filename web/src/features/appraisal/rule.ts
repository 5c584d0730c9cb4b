import { useText } from "@/lib/use-text";

const RULES = ["curve", "ratio", "linear", "bands", "deduct", "band", "pass_fail"] as const;

/** The name of a scoring rule; one that this page does not know keeps its own. */
export function useRuleText(): (rule: string) => string {
  const { t } = useText();
  return (rule) => {
    const known = RULES.find((name) => rule === name);
    return known ? t(`rule.${known}`) : rule;
  };
}
