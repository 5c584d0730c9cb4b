import type { Tier } from "@/api/types";
import { useText } from "@/lib/use-text";

/** `A [90, 120)`: a tier's name and the scores it spans; open ends stay open. */
export function useTierText(): (tier: Tier | string | null | undefined) => string {
  const { label } = useText();
  return (tier) => {
    if (!tier) return "";
    if (typeof tier === "string") return tier;
    const name = label(tier.label);
    if (tier.from === null && tier.to === null) return name;
    const consequence = label(tier.consequence);
    const span = `[${tier.from ?? "−∞"}, ${tier.to ?? "∞"})`;
    return [name, span, consequence].filter(Boolean).join(" ");
  };
}

export function scorecardPath(scheme: string, period: string, subject: string): string {
  return `/appraisal/${[scheme, period, subject].map(encodeURIComponent).join("/")}`;
}
