import { Button } from "antd";
import { useEffect } from "react";
import { Link } from "react-router";
import { useFactsChanged } from "@/api/changes";
import type { ImportReport } from "@/api/types";
import { formatDuration, formatInstant } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { useDatasetName } from "@/product/catalogue/names";
import { RejectsLink } from "../ImportActions";
import { ReportCounts } from "../Report";

/** What changed, and where to go from here. */
export function DoneStep({ report, onAgain }: { report: ImportReport; onAgain: () => void }) {
  const { t, locale, list } = useText();
  const datasetName = useDatasetName();
  const changed = useFactsChanged();
  useEffect(() => {
    void changed();
  }, [changed]);
  return (
    <>
      <p>
        <b>
          {report.already_imported
            ? t("wizard.already")
            : t("wizard.doneText", { time: formatDuration(report.duration_ms / 1000, locale) })}
        </b>
      </p>
      <ReportCounts report={report} />
      <p className="muted small">
        {report.first && `${formatInstant(report.first)} – ${formatInstant(report.last)}`}
        {report.derived.length > 0 && ` · ${t("report.derived")} ${list(report.derived.map(datasetName))}`}
      </p>
      <div className="wizard-actions">
        <Link to={`/data/datasets/${report.dataset}`}>
          <Button type="primary">{t("wizard.seeData")}</Button>
        </Link>
        {report.import_id && (
          <Link to={`/data/imports/${report.import_id}`}>
            <Button>{t("wizard.seeImport")}</Button>
          </Link>
        )}
        <Button onClick={onAgain}>{t("wizard.again")}</Button>
        {report.import_id && report.rejected > 0 && (
          <RejectsLink id={report.import_id} text={t("imports.rejectsFile")} />
        )}
      </div>
    </>
  );
}
