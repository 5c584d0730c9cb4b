import type { Tier } from "@/api/types";
import { useText } from "@/lib/use-text";
import { useSchemes } from "@/product/catalogue/api";
import { useValueName } from "@/product/catalogue/use-value-name";

/** `A [90, 120) keep`: a tier's name, the totals it spans (the next tier's start ends it) and what follows. */
export function useTierText(): (tier: Tier | null, tiers: Tier[]) => string {
  const { label } = useText();
  return (tier, tiers) => {
    if (!tier) return "";
    const span = tiers.length > 0 ? spanOf(tier, tiers) : "";
    return [label(tier.label), span, label(tier.consequence)].filter(Boolean).join(" ");
  };
}

function spanOf(tier: Tier, tiers: Tier[]): string {
  const starts = tiers.map((one) => one.from ?? Number.NEGATIVE_INFINITY);
  const from = tier.from ?? Number.NEGATIVE_INFINITY;
  const to = Math.min(...starts.filter((start) => start > from));
  const text = (bound: number) => (Number.isFinite(bound) ? String(bound) : bound < 0 ? "−∞" : "∞");
  return `${Number.isFinite(from) ? "[" : "("}${text(from)}, ${text(to)})`;
}

const COMPANY = "company";

/** The name of a scheme's subject; the whole company has a word of its own. */
export function useSubjectName(scheme: string): (card: { subject: string }) => string {
  const { t } = useText();
  const nameOf = useValueName();
  const dimension = useSchemes().data?.find((one) => one.name === scheme)?.subject_dimension;
  return (card) => (card.subject === COMPANY ? t("scorecard.company") : nameOf(dimension, card.subject));
}

export function scorecardPath(scheme: string, period: string, subject: string): string {
  return `/appraisal/${[scheme, period, subject].map(encodeURIComponent).join("/")}`;
}
