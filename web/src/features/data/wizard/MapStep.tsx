import { Button, Checkbox, Select } from "antd";
import { useState } from "react";
import { useDatasets, usePreview, useSources } from "@/api/queries";
import type { Dataset, ImportRequest, Preview, Upload } from "@/api/types";
import { DataTable, type TableColumn } from "@/components/DataTable";
import { EmptyView, Panel } from "@/components/Panel";
import { formatPercent } from "@/lib/format";
import { useText } from "@/lib/use-text";

type MapStepProps = {
  upload: Upload;
  preview: Preview;
  dataset: string | null;
  onBack: () => void;
  onDone: (request: ImportRequest) => void;
};

type Choices = Record<string, string | null>;

/** Which dataset the file is, and which of its columns is which field. */
export function MapStep({ upload, preview, dataset: suggested, onBack, onDone }: MapStepProps) {
  const { t, label } = useText();
  const datasets = useDatasets();
  const sources = useSources();
  const [dataset, setDataset] = useState(suggested);
  const [source, setSource] = useState<string | null>(null);
  const [choices, setChoices] = useState<Choices>({});
  const [remember, setRemember] = useState(true);
  const format = {
    encoding: preview.encoding,
    delimiter: preview.delimiter,
    sheet: preview.sheet,
    header_row: preview.header_row,
  };
  const proposal = usePreview(dataset ? upload.upload_id : null, {
    encoding: preview.encoding ?? undefined,
    delimiter: preview.delimiter ?? undefined,
    sheet: preview.sheet ?? undefined,
    header_row: preview.header_row,
    dataset: dataset ?? undefined,
    source: source ?? undefined,
  });
  const chosen = datasets.data?.find((one) => one.name === dataset);
  const mapping = (proposal.data?.mapping ?? []).map((one) => ({
    header: one.header,
    column: one.header in choices ? (choices[one.header] ?? null) : one.column,
  }));
  const missing = (chosen?.columns ?? []).filter(
    (column) => (column.required || column.in_key) && !mapping.some((one) => one.column === column.name),
  );
  return (
    <>
      <div className="wizard-options">
        <div className="wizard-option">
          <span className="muted">{t("data.dataset")}</span>
          <Select<string>
            aria-label={t("data.dataset")}
            placeholder={t("wizard.pickDataset")}
            style={{ minWidth: 200 }}
            value={dataset ?? undefined}
            onChange={(name) => {
              setDataset(name);
              setChoices({});
            }}
            showSearch={{ optionFilterProp: "label" }}
            options={(datasets.data ?? []).map((one) => ({
              value: one.name,
              label: `${label(one.label)} ${one.name}`,
            }))}
          />
        </div>
        <div className="wizard-option">
          <span className="muted">{t("imports.source")}</span>
          <Select<string>
            aria-label={t("imports.source")}
            placeholder={t("imports.noSource")}
            style={{ minWidth: 160 }}
            allowClear
            value={source ?? undefined}
            onChange={(name) => {
              setSource(name ?? null);
              setChoices({});
            }}
            options={(sources.data ?? []).map((one) => ({
              value: one.name,
              label: label(one.label) || one.name,
            }))}
          />
        </div>
      </div>
      {!chosen ? (
        <EmptyView title={t("wizard.pickDataset")} text={t("wizard.pickDatasetWhy")} />
      ) : (
        <Panel query={proposal} height={320}>
          {(data) => (
            <MappingTable
              proposal={data}
              dataset={chosen}
              mapping={mapping}
              onChoose={(header, column) => setChoices({ ...choices, [header]: column })}
            />
          )}
        </Panel>
      )}
      {missing.length > 0 && (
        <p className="wizard-missing" role="status">
          <span className="mark mark-warning">{t("severity.warning")}</span>{" "}
          {t("wizard.missing", {
            columns: missing.map((column) => label(column.label) || column.name).join(", "),
          })}
        </p>
      )}
      <Checkbox
        checked={remember}
        onChange={(event) => setRemember(event.target.checked)}
        style={{ marginTop: 12 }}
      >
        {t("wizard.remember")}
      </Checkbox>
      <div className="wizard-actions">
        <Button onClick={onBack}>{t("action.back")}</Button>
        <Button
          type="primary"
          disabled={!dataset || !proposal.data}
          onClick={() => dataset && onDone({ dataset, source, format, mapping, remember })}
        >
          {t("wizard.toCheck")}
        </Button>
      </div>
    </>
  );
}

type MappingTableProps = {
  proposal: Preview;
  dataset: Dataset;
  mapping: { header: string; column: string | null }[];
  onChoose: (header: string, column: string | null) => void;
};

type MappingRow = Preview["mapping"][number] & { chosen: string | null };

function MappingTable({ proposal, dataset, mapping, onChoose }: MappingTableProps) {
  const { t, locale, label } = useText();
  const rows: MappingRow[] = proposal.mapping.map((one, index) => ({
    ...one,
    chosen: mapping[index]?.column ?? null,
  }));
  const taken = new Set(mapping.map((one) => one.column));
  const columns: TableColumn<MappingRow>[] = [
    { key: "header", title: t("wizard.header"), value: (row) => row.header, ellipsis: true, width: 220 },
    {
      key: "sample",
      title: t("wizard.sample"),
      value: (row) => row.sample ?? "",
      ellipsis: true,
      width: 220,
    },
    {
      key: "field",
      title: t("wizard.field"),
      width: 260,
      render: (row) => (
        <Select<string | null>
          size="small"
          style={{ width: 240 }}
          aria-label={t("wizard.fieldOf", { header: row.header })}
          value={row.chosen}
          onChange={(column) => onChoose(row.header, column)}
          showSearch={{ optionFilterProp: "label" }}
          options={[
            { value: null, label: t("wizard.unmapped") },
            ...dataset.columns.map((column) => ({
              value: column.name,
              label: `${label(column.label) || column.name}${column.required || column.in_key ? " *" : ""}`,
              disabled: column.name !== row.chosen && taken.has(column.name),
            })),
          ]}
        />
      ),
    },
    {
      key: "confidence",
      title: t("wizard.confidence"),
      value: (row) => row.confidence,
      render: (row) =>
        row.chosen !== row.column ? (
          <span className="muted">{t("wizard.byHand")}</span>
        ) : row.column === null ? null : (
          <>
            <span className="confidence" aria-hidden="true">
              <i style={{ width: `${row.confidence * 100}%` }} />
            </span>{" "}
            {formatPercent(row.confidence, locale, 0)}
          </>
        ),
    },
    { key: "why", title: t("wizard.why"), value: (row) => row.why, ellipsis: true, width: 220 },
  ];
  return (
    <DataTable
      caption={t("wizard.map")}
      rows={rows}
      columns={columns}
      rowKey={(row) => row.header}
      maxHeight={480}
    />
  );
}
