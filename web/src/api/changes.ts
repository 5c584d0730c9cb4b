/**
 * What a change makes old. The first part of every key is the topic that the question is of; a question that stands on
 * more than its topic says so in its `meta`.
 */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";

export type Topic =
  | "project"
  | "catalogue"
  | "answers"
  | "targets"
  | "actuals"
  | "boards"
  | "data"
  | "home"
  | "lineage"
  | "why"
  | "appraisal"
  | "reconcile";

declare module "@tanstack/react-query" {
  interface Register {
    queryKey: readonly [Topic, ...unknown[]];
    queryMeta: { standsOn?: Topic[] };
  }
}

/** Of figures: they are worked out of the facts, and of what people entered. */
export const FIGURES: { standsOn: Topic[] } = { standsOn: ["targets", "actuals"] };

/** Asks again what is of a topic and what stands on it. */
export function useChanged(topic: Topic): () => Promise<void> {
  const client = useQueryClient();
  return () =>
    client.invalidateQueries({
      predicate: ({ queryKey, meta }) => queryKey[0] === topic || (meta?.standsOn?.includes(topic) ?? false),
    });
}

/** Asks everything again: other facts, other everything. */
export function useFactsChanged(): () => Promise<void> {
  const client = useQueryClient();
  return useCallback(() => client.invalidateQueries(), [client]);
}
