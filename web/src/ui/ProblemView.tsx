import { Button } from "antd";
import { asProblem } from "@/lib/problem";
import { serverText } from "@/lib/server-text";
import { useText } from "@/lib/use-text";
import { IssueList } from "./IssueList";
import "./states.css";

/** What happened, what to do about it, and the id to quote when asking for help. */
export function ProblemView({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useText();
  const problem = asProblem(error);
  const known = { unreachable: t("problem.unreachable"), unexpected: t("problem.unexpected") }[problem.code];
  const denied = problem.status === 401;
  return (
    <div className="state state-problem" role="alert">
      <p className="state-title">
        {denied ? t("problem.denied") : (known ?? serverText(problem.detail ?? problem.title))}
      </p>
      {denied && <p>{t("problem.reopen")}</p>}
      {problem.code === "unreachable" && <p>{t("problem.checkServer")}</p>}
      {problem.hint && (
        <p className="state-hint">
          {t("problem.hint")}
          {serverText(problem.hint)}
        </p>
      )}
      {problem.issues && problem.issues.length > 0 && <IssueList issues={problem.issues} />}
      {onRetry && !denied && (
        <Button size="small" onClick={onRetry}>
          {t("action.retry")}
        </Button>
      )}
      {problem.request_id && (
        <p className="state-id">
          {problem.type.startsWith("/docs/") && (
            <>
              <a href={problem.type} target="_blank" rel="noreferrer">
                {t("problem.about")}
              </a>
              {" · "}
            </>
          )}
          {t("problem.requestId", { id: problem.request_id })}
        </p>
      )}
    </div>
  );
}
