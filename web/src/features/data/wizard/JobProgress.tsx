import { Button, Progress } from "antd";
import { useEffect } from "react";
import type { ImportReport, Job } from "@/api/types";
import { formatBytes, formatDuration, formatInteger } from "@/lib/format";
import { ProblemError } from "@/lib/problem";
import { useText } from "@/lib/use-text";
import { ProblemView } from "@/ui/ProblemView";
import { useDelayed } from "@/ui/use-delayed";
import { cancelJob, useJob } from "../api";

type JobProgressProps = { id: string; onReport: (report: ImportReport) => void; onBack: () => void };

/** Progress with rate and remaining time; can be cancelled; a failure says what was kept. */
export function JobProgress({ id, onReport, onBack }: JobProgressProps) {
  const { t } = useText();
  const job = useJob(id);
  const slow = useDelayed(true);
  const result = job.data?.state === "done" ? job.data.result : null;
  useEffect(() => {
    if (result) onReport(result);
  }, [result, onReport]);

  if (job.isError) return <ProblemView error={job.error} onRetry={() => job.refetch()} />;
  if (job.data?.state === "failed" || job.data?.state === "cancelled") {
    return (
      <>
        {job.data.error ? (
          <ProblemView error={new ProblemError(job.data.error)} />
        ) : (
          <p>{t("job.cancelled")}</p>
        )}
        <p className="muted">{t("job.nothingKept")}</p>
        <Button onClick={onBack}>{t("action.back")}</Button>
      </>
    );
  }
  if (!slow || !job.data) return null;
  return <Running job={job.data} />;
}

/** Progress is counted in bytes of the file; rows are told beside it. */
function Running({ job }: { job: Job }) {
  const { t, locale } = useText();
  const progress = job.progress;
  const percent = progress?.total ? Math.min(100, Math.round((progress.done / progress.total) * 100)) : null;
  return (
    <div className="progress">
      <p>{t(`job.${job.kind}`)}</p>
      {percent !== null && <Progress percent={percent} aria-label={t(`job.${job.kind}`)} />}
      {progress && (
        <p className="muted small">
          {t("home.rows", { text: formatInteger(progress.rows, locale) })}
          {progress.rate !== null && ` · ${t("job.rate", { rate: formatBytes(progress.rate, locale) })}`}
          {progress.remaining_s !== null &&
            ` · ${t("job.remaining", { time: formatDuration(progress.remaining_s, locale) })}`}
        </p>
      )}
      <Button onClick={() => void cancelJob(job.id)}>{t("action.cancel")}</Button>
    </div>
  );
}
