import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useText } from "@/lib/use-text";
import { ProblemView } from "./ProblemView";
import { usePlain } from "./plain";
import { useDelayed } from "./use-delayed";
import "./states.css";

type PanelProps<T> = {
  query: UseQueryResult<T>;
  /** Height in px the skeleton keeps for what will come. */
  height?: number;
  isEmpty?: (data: T) => boolean;
  empty?: ReactNode;
  children: (data: T) => ReactNode;
};

/** Draws the four states of everything that is asked from the server: loading, empty, error, data. */
export function Panel<T>({ query, height = 160, isEmpty, empty, children }: PanelProps<T>) {
  const plain = usePlain();
  if (query.isError && query.data === undefined) {
    return <ProblemView error={query.error} onRetry={() => query.refetch()} />;
  }
  if (query.data === undefined) return <Skeleton height={height} />;
  if (empty && isEmpty?.(query.data)) return empty;
  return (
    <div className={query.isPlaceholderData ? "stale" : undefined}>
      {query.isError && !plain && <ProblemView error={query.error} onRetry={() => query.refetch()} />}
      {children(query.data)}
    </div>
  );
}

/** Grey bars that keep the place of what is loading; nothing for the first 300 ms. */
export function Skeleton({ height }: { height: number }) {
  const { t } = useText();
  const visible = useDelayed(true);
  const bars = Math.max(1, Math.floor(height / 32));
  return (
    <div className="skeleton" style={{ minHeight: height }} role="status" aria-busy="true">
      {visible && (
        <>
          <span className="visually-hidden">{t("state.loading")}</span>
          {Array.from({ length: bars }, (_, index) => (
            <div key={index} className="skeleton-bar" style={{ width: `${92 - ((index * 17) % 40)}%` }} />
          ))}
        </>
      )}
    </div>
  );
}

/** What to do next, with one button. */
export function EmptyView({ title, text, action }: { title: string; text?: string; action?: ReactNode }) {
  return (
    <div className="state state-empty">
      <p className="state-title">{title}</p>
      {text && <p>{text}</p>}
      {action}
    </div>
  );
}
