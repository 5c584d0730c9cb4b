import type { Issue } from "@/lib/problem";
import { serverText } from "@/lib/server-text";
import { useText } from "@/lib/use-text";
import { Mark } from "./Mark";

/** Problems of definition files: place, reason, fix. */
export function IssueList({ issues }: { issues: Issue[] }) {
  const { t } = useText();
  return (
    <ul className="issues">
      {issues.map((issue) => (
        <li key={`${issue.path}:${issue.line}:${issue.column}:${issue.code}`}>
          <Mark tone={issue.severity}>{t(`severity.${issue.severity}`)}</Mark>
          <code>
            {issue.path}:{issue.line}:{issue.column}
          </code>
          <span>{serverText(issue.message)}</span>
          {issue.hint && <span className="muted">{serverText(issue.hint)}</span>}
        </li>
      ))}
    </ul>
  );
}
