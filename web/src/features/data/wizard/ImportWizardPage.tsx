import { Steps } from "antd";
import { Link, useLocation, useNavigate, useSearchParams } from "react-router";
import type { ImportReport, ImportRequest, Preview, Upload } from "@/api/types";
import { useText } from "@/lib/use-text";
import { PageHeader } from "@/ui/PageHeader";
import { usePhone } from "@/ui/use-phone";
import { CheckStep } from "./CheckStep";
import { DoneStep } from "./DoneStep";
import { MapStep } from "./MapStep";
import { PreviewStep } from "./PreviewStep";
import { UploadStep } from "./UploadStep";
import "../data.css";

const STEPS = ["upload", "preview", "map", "check", "done"] as const;
type StepName = (typeof STEPS)[number];

/** What the wizard has gathered so far; each step adds its part. */
type Gathered = {
  upload: Upload | null;
  preview: Preview | null;
  request: ImportRequest | null;
  report: ImportReport | null;
};

const NOTHING: Gathered = { upload: null, preview: null, request: null, report: null };

/** What a step cannot do without. */
const NEEDS: Record<StepName, keyof Gathered | null> = {
  upload: null,
  preview: "upload",
  map: "preview",
  check: "request",
  done: "report",
};

/**
 * The step is in the URL and what was gathered lies in the browser's history: back, forward and reload keep it.
 */
function useSteps() {
  const [params] = useSearchParams();
  const location = useLocation();
  const navigate = useNavigate();
  const gathered = (location.state as Gathered | null) ?? NOTHING;
  const wanted = STEPS.find((name) => name === params.get("step")) ?? "upload";
  const need = NEEDS[wanted];
  const step: StepName = need === null || gathered[need] !== null ? wanted : "upload";
  const go = (next: StepName, found: Partial<Gathered> = {}) => {
    const search = new URLSearchParams(params);
    search.set("step", next);
    // A finished import is not run again by going back.
    void navigate(`?${search}`, { state: { ...gathered, ...found }, replace: next === "done" });
  };
  return { step, gathered, go, dataset: params.get("dataset") };
}

/** Upload → preview → map → check → done. Nothing is imported before the check was seen. */
export function ImportWizardPage() {
  const { t } = useText();
  const phone = usePhone();
  const { step, gathered, go, dataset } = useSteps();
  const { upload, preview, request, report } = gathered;
  return (
    <>
      <PageHeader
        title={t("import.title")}
        trail={<Link to="/data">{t("data.title")}</Link>}
        aside={upload?.file_name}
      />
      <div className="wizard">
        <Steps
          size="small"
          responsive={false}
          current={STEPS.indexOf(step)}
          items={STEPS.map((name) => ({ title: phone && name !== step ? "" : t(`wizard.${name}`) }))}
        />
        <div className="wizard-step">
          {step === "upload" && (
            <UploadStep onDone={(found) => go("preview", { ...NOTHING, upload: found })} />
          )}
          {step === "preview" && upload && (
            <PreviewStep
              upload={upload}
              dataset={dataset}
              onBack={() => go("upload")}
              onDone={(found) => go("map", { preview: found })}
            />
          )}
          {step === "map" && upload && preview && (
            <MapStep
              upload={upload}
              preview={preview}
              dataset={dataset ?? preview.suggested_dataset}
              before={request}
              onBack={() => go("preview")}
              onDone={(found) => go("check", { request: found })}
            />
          )}
          {step === "check" && upload && request && (
            <CheckStep
              upload={upload}
              request={request}
              onBack={() => go("map")}
              onDone={(found) => go("done", { report: found })}
            />
          )}
          {step === "done" && report && <DoneStep report={report} onAgain={() => go("upload", NOTHING)} />}
        </div>
      </div>
    </>
  );
}
