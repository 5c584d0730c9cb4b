import type { ReactNode } from "react";
import "./target.css";

/** What is known of a target, side by side. */
export function Facts({ facts }: { facts: [string, ReactNode][] }) {
  return (
    <dl className="target-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
