import { Button, Select } from "antd";
import { useState } from "react";
import { type PreviewOptions, usePreview } from "@/api/queries";
import type { Preview, Upload } from "@/api/types";
import { DataTable } from "@/components/DataTable";
import { Panel } from "@/components/Panel";
import { ProblemView } from "@/components/ProblemView";
import { formatBytes } from "@/lib/format";
import { serverText } from "@/lib/server-text";
import { useText } from "@/lib/use-text";

const ENCODINGS = ["utf-8", "gb18030", "utf-16le", "utf-16be", "windows-1252"];
const DELIMITERS = [",", "\t", ";", "|"];
const MAX_HEADER_ROW = 20;

type PreviewStepProps = {
  upload: Upload;
  dataset: string | null;
  onBack: () => void;
  onDone: (preview: Preview) => void;
};

/** How the file was read: encoding, delimiter, sheet, header row, and the first lines. */
export function PreviewStep({ upload, dataset, onBack, onDone }: PreviewStepProps) {
  const { t, locale } = useText();
  const [options, setOptions] = useState<PreviewOptions>(dataset ? { dataset } : {});
  const preview = usePreview(upload.upload_id, options);
  if (preview.isError && !preview.data) {
    return (
      <>
        <ProblemView error={preview.error} onRetry={() => preview.refetch()} />
        <div className="wizard-actions">
          <Button onClick={onBack}>{t("wizard.otherFile")}</Button>
        </div>
      </>
    );
  }
  return (
    <Panel query={preview} height={420}>
      {(data) => (
        <>
          <p className="muted small">
            {upload.file_name} · {formatBytes(upload.bytes, locale)} ·{" "}
            <code>{upload.sha256.slice(0, 12)}</code>
          </p>
          <Reading preview={data} onChange={(next) => setOptions({ ...options, ...next })} />
          {data.notes.length > 0 && (
            <ul className="wizard-notes">
              {data.notes.map((note) => (
                <li key={note}>{serverText(note)}</li>
              ))}
            </ul>
          )}
          <FirstRows preview={data} />
          <div className="wizard-actions">
            <Button onClick={onBack}>{t("action.back")}</Button>
            <Button type="primary" disabled={preview.isPlaceholderData} onClick={() => onDone(data)}>
              {t("wizard.toMap")}
            </Button>
          </div>
        </>
      )}
    </Panel>
  );
}

function Reading({ preview, onChange }: { preview: Preview; onChange: (options: PreviewOptions) => void }) {
  const { t } = useText();
  const delimiterName = (text: string) => (text === "\t" ? t("wizard.tab") : text);
  return (
    <div className="wizard-options">
      {preview.encoding !== null && (
        <div className="wizard-option">
          <span className="muted">{t("wizard.encoding")}</span>
          <Select<string>
            size="small"
            aria-label={t("wizard.encoding")}
            value={preview.encoding}
            popupMatchSelectWidth={false}
            onChange={(encoding) => onChange({ encoding })}
            options={withCurrent(ENCODINGS, preview.encoding).map((value) => ({ value, label: value }))}
          />
        </div>
      )}
      {preview.delimiter !== null && (
        <div className="wizard-option">
          <span className="muted">{t("wizard.delimiter")}</span>
          <Select<string>
            size="small"
            aria-label={t("wizard.delimiter")}
            value={preview.delimiter}
            popupMatchSelectWidth={false}
            onChange={(delimiter) => onChange({ delimiter })}
            options={withCurrent(DELIMITERS, preview.delimiter).map((value) => ({
              value,
              label: delimiterName(value),
            }))}
          />
        </div>
      )}
      {preview.sheets.length > 0 && (
        <div className="wizard-option">
          <span className="muted">{t("wizard.sheet")}</span>
          <Select<string>
            size="small"
            aria-label={t("wizard.sheet")}
            value={preview.sheet ?? undefined}
            popupMatchSelectWidth={false}
            onChange={(sheet) => onChange({ sheet, header_row: undefined })}
            options={preview.sheets.map((value) => ({ value, label: value }))}
          />
        </div>
      )}
      <div className="wizard-option">
        <span className="muted">{t("wizard.headerRow")}</span>
        <Select<number>
          size="small"
          aria-label={t("wizard.headerRow")}
          value={preview.header_row}
          onChange={(header_row) => onChange({ header_row })}
          options={Array.from({ length: MAX_HEADER_ROW }, (_, index) => ({
            value: index + 1,
            label: index + 1,
          }))}
        />
      </div>
    </div>
  );
}

function withCurrent(options: string[], current: string): string[] {
  return options.includes(current) ? options : [current, ...options];
}

function FirstRows({ preview }: { preview: Preview }) {
  const { t } = useText();
  return (
    <DataTable
      caption={t("wizard.firstRows")}
      rows={preview.rows}
      rowKey={(_, index) => String(index)}
      maxHeight={420}
      columns={preview.columns.map((column, index) => ({
        key: `${index}:${column.header}`,
        title: column.header,
        value: (row: string[]) => row[index] ?? "",
        sortable: false,
        ellipsis: true,
        width: 240,
      }))}
    />
  );
}
