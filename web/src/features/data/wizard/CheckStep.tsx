import { Button } from "antd";
import { useEffect, useState } from "react";
import type { ImportReport, ImportRequest, Upload } from "@/api/types";
import { formatInteger } from "@/lib/format";
import { serverText } from "@/lib/server-text";
import { useText } from "@/lib/use-text";
import { Section } from "@/ui/PageHeader";
import { ProblemView } from "@/ui/ProblemView";
import { useStartJob } from "../api";
import { ControlTotals, RejectsTable, ReportCounts } from "../Report";
import { JobProgress } from "./JobProgress";

type CheckStepProps = {
  upload: Upload;
  request: ImportRequest;
  onBack: () => void;
  onDone: (report: ImportReport) => void;
};

/** Reads the whole file without storing anything, shows what would happen, then imports on demand. */
export function CheckStep({ upload, request, onBack, onDone }: CheckStepProps) {
  const { t, locale } = useText();
  const check = useStartJob("check");
  const store = useStartJob("import");
  const [report, setReport] = useState<ImportReport | null>(null);
  const start = check.mutate;
  useEffect(() => {
    start({ uploadId: upload.upload_id, request: { ...request, remember: false } });
  }, [start, upload.upload_id, request]);

  if (store.data)
    return <JobProgress key="import" id={store.data.job_id} onReport={onDone} onBack={onBack} />;
  if (check.isError) return <Failure error={check.error} onBack={onBack} />;
  if (!report) {
    return check.data ? (
      <JobProgress key="check" id={check.data.job_id} onReport={setReport} onBack={onBack} />
    ) : null;
  }
  return (
    <>
      {report.already_imported && <p className="notes">{t("wizard.already")}</p>}
      <ReportCounts report={report} />
      {report.notes.length > 0 && (
        <ul className="wizard-notes">
          {report.notes.map((note) => (
            <li key={note}>{serverText(note)}</li>
          ))}
        </ul>
      )}
      <ControlTotals dataset={report.dataset} totals={report.totals} />
      {report.rejects.length > 0 && (
        <Section title={t("report.rejects", { count: report.rejected })}>
          <RejectsTable dataset={report.dataset} rejects={report.rejects} />
        </Section>
      )}
      {store.isError && <ProblemView error={store.error} />}
      <div className="wizard-actions">
        <Button onClick={onBack}>{t("action.back")}</Button>
        <Button
          type="primary"
          disabled={report.accepted === 0}
          loading={store.isPending}
          onClick={() => store.mutate({ uploadId: upload.upload_id, request })}
        >
          {t("wizard.import", { text: formatInteger(report.accepted, locale) })}
        </Button>
      </div>
    </>
  );
}

function Failure({ error, onBack }: { error: unknown; onBack: () => void }) {
  const { t } = useText();
  return (
    <>
      <ProblemView error={error} />
      <Button onClick={onBack}>{t("action.back")}</Button>
    </>
  );
}
