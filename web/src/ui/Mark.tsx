import type { ReactNode } from "react";
import "./mark.css";

type MarkProps = {
  tone?: "plain" | "warning" | "error";
  title?: string;
  className?: string;
  children: ReactNode;
};

/** A word in a small frame beside what it is about. */
export function Mark({ tone = "plain", title, className = "", children }: MarkProps) {
  return (
    <span className={`mark mark-${tone} ${className}`.trimEnd()} title={title}>
      {children}
    </span>
  );
}
