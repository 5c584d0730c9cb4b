import { Button, Progress } from "antd";
import { useRef, useState } from "react";
import { uploadFile } from "@/api/client";
import type { Upload } from "@/api/types";
import { ProblemError, plainProblem } from "@/lib/problem";
import { useText } from "@/lib/use-text";
import { CloudUploadOutlined } from "@/ui/icons";
import { ProblemView } from "@/ui/ProblemView";

/** What the server takes; larger files are imported on the command line. */
const MAX_BYTES = 2 * 1024 ** 3;
const ACCEPTED = ".csv,.tsv,.txt,.gz,.xlsx,.parquet";

export function UploadStep({ onDone }: { onDone: (upload: Upload) => void }) {
  const { t } = useText();
  const [over, setOver] = useState(false);
  const [progress, setProgress] = useState<number | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const abort = useRef<AbortController | null>(null);

  const send = async (file: File | undefined) => {
    if (!file) return;
    if (file.size > MAX_BYTES) {
      setFailure(new ProblemError(plainProblem("file-too-large", 413, t("wizard.tooLarge"))));
      return;
    }
    abort.current = new AbortController();
    setFailure(null);
    setProgress(0);
    try {
      onDone(await uploadFile("/uploads", file, setProgress, abort.current.signal));
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) setFailure(error);
    }
    setProgress(null);
  };

  if (progress !== null) {
    return (
      <div className="progress">
        <p>{t("wizard.uploading")}</p>
        <Progress percent={Math.round(progress * 100)} aria-label={t("wizard.uploading")} />
        <Button onClick={() => abort.current?.abort()}>{t("action.cancel")}</Button>
      </div>
    );
  }
  return (
    <>
      <label
        className={`drop${over ? " drop-over" : ""}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          void send(event.dataTransfer.files[0]);
        }}
      >
        <CloudUploadOutlined className="drop-icon" />
        <b>{t("wizard.drop")}</b>
        <span className="muted small">{t("wizard.formats")}</span>
        <input
          type="file"
          accept={ACCEPTED}
          className="visually-hidden"
          onChange={(event) => void send(event.target.files?.[0])}
        />
      </label>
      {failure !== null && <ProblemView error={failure} />}
    </>
  );
}
