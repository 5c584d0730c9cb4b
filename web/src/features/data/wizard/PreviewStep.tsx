import { Button, Select } from "antd";
import { useState } from "react";
import type { Preview, Upload } from "@/api/types";
import { formatBytes } from "@/lib/format";
import { serverText } from "@/lib/server-text";
import { useText } from "@/lib/use-text";
import { DataTable } from "@/ui/DataTable";
import { Panel } from "@/ui/Panel";
import { ProblemView } from "@/ui/ProblemView";
import { type PreviewOptions, usePreview } from "../api";

const ENCODINGS = ["utf-8", "gb18030", "utf-16le", "utf-16be", "windows-1252"];
const DELIMITERS = [",", "\t", ";", "|"];
const HEADER_ROWS = Array.from({ length: 20 }, (_, index) => index + 1);

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
  const named = (values: string[]) => values.map((value) => ({ value, label: value }));
  return (
    <div className="wizard-options">
      {preview.encoding !== null && (
        <Choice
          name={t("wizard.encoding")}
          value={preview.encoding}
          options={named(withCurrent(ENCODINGS, preview.encoding))}
          onChange={(encoding) => onChange({ encoding })}
        />
      )}
      {preview.delimiter !== null && (
        <Choice
          name={t("wizard.delimiter")}
          value={preview.delimiter}
          options={withCurrent(DELIMITERS, preview.delimiter).map((value) => ({
            value,
            label: value === "\t" ? t("wizard.tab") : value,
          }))}
          onChange={(delimiter) => onChange({ delimiter })}
        />
      )}
      {preview.sheets.length > 0 && (
        <Choice
          name={t("wizard.sheet")}
          value={preview.sheet ?? undefined}
          options={named(preview.sheets)}
          onChange={(sheet) => onChange({ sheet, header_row: undefined })}
        />
      )}
      <Choice
        name={t("wizard.headerRow")}
        value={preview.header_row}
        options={HEADER_ROWS.map((value) => ({ value, label: String(value) }))}
        onChange={(header_row) => onChange({ header_row })}
      />
    </div>
  );
}

type ChoiceProps<T> = {
  name: string;
  value: T | undefined;
  options: { value: T; label: string }[];
  onChange: (value: T) => void;
};

/** One way in which the file was read, and the others on offer. */
function Choice<T extends string | number>({ name, value, options, onChange }: ChoiceProps<T>) {
  return (
    <div className="wizard-option">
      <span className="muted">{name}</span>
      <Select<T>
        size="small"
        aria-label={name}
        value={value}
        popupMatchSelectWidth={false}
        onChange={onChange}
        options={options}
      />
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
