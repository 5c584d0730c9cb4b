import { Button, Checkbox, Select } from "antd";
import { useState } from "react";
import type { Dataset, ImportRequest, Preview, Upload } from "@/api/types";
import { formatPercent } from "@/lib/format";
import { serverText } from "@/lib/server-text";
import { useText } from "@/lib/use-text";
import { useDatasets } from "@/product/catalogue/api";
import { DataTable, type TableColumn } from "@/ui/DataTable";
import { Mark } from "@/ui/Mark";
import { EmptyView, Panel } from "@/ui/Panel";
import { usePreview, useSources } from "../api";
import { type Choice, type Choices, choicesOf, mappingOf } from "./mapping";
import { PresetOffers } from "./PresetOffers";
import { Reading } from "./Reading";

type MapStepProps = {
  upload: Upload;
  preview: Preview;
  dataset: string | null;
  /** What was chosen when this step was left before. */
  before: ImportRequest | null;
  onBack: () => void;
  onDone: (request: ImportRequest) => void;
};

/** Which dataset the file is, and which of its columns is which field. */
export function MapStep({ upload, preview, dataset: suggested, before, onBack, onDone }: MapStepProps) {
  const { t, label, list } = useText();
  const datasets = useDatasets();
  const sources = useSources();
  const [dataset, setDataset] = useState(before?.dataset ?? suggested);
  const [source, setSource] = useState<string | null>(before ? before.source : preview.suggested_source);
  const [choices, setChoices] = useState<Choices>(choicesOf(before));
  const [remember, setRemember] = useState(before?.remember ?? true);
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
  const mapping = mappingOf(proposal.data, choices);
  const missing = (chosen?.columns ?? []).filter(
    (column) => (column.required || column.in_key) && !mapping.some((one) => one.column === column.name),
  );
  return (
    <>
      {source === null && preview.presets.length > 0 && (
        <PresetOffers
          offers={preview.presets}
          onUse={(name, filled) => {
            setSource(name);
            setDataset(filled);
            setChoices({});
          }}
        />
      )}
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
              onChoose={(header, choice) =>
                setChoices({ ...choices, [header]: { ...choices[header], ...choice } })
              }
            />
          )}
        </Panel>
      )}
      {missing.length > 0 && (
        <p className="wizard-missing" role="status">
          <Mark tone="warning">{t("severity.warning")}</Mark>{" "}
          {t("wizard.missing", {
            columns: list(missing.map((column) => label(column.label) || column.name)),
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
  mapping: ImportRequest["mapping"];
  onChoose: (header: string, choice: Choice) => void;
};

type MappingRow = Preview["mapping"][number] & { chosen: ImportRequest["mapping"][number] };

function MappingTable({ proposal, dataset, mapping, onChoose }: MappingTableProps) {
  const { t, locale, label } = useText();
  const rows: MappingRow[] = proposal.mapping.flatMap((one, index) => {
    const chosen = mapping[index];
    return chosen ? [{ ...one, chosen }] : [];
  });
  const taken = new Set(mapping.map((one) => one.column));
  const columns: TableColumn<MappingRow>[] = [
    { key: "header", title: t("wizard.header"), value: (row) => row.header, ellipsis: true, width: 180 },
    {
      key: "sample",
      title: t("wizard.sample"),
      value: (row) => row.sample ?? "",
      ellipsis: true,
      width: 180,
    },
    {
      key: "field",
      title: t("wizard.field"),
      width: 220,
      render: (row) => (
        <Select<string | null>
          size="small"
          style={{ width: 200 }}
          aria-label={t("wizard.fieldOf", { header: row.header })}
          value={row.chosen.column}
          onChange={(column) => onChoose(row.header, { column })}
          showSearch={{ optionFilterProp: "label" }}
          options={[
            { value: null, label: t("wizard.unmapped") },
            ...dataset.columns.map((column) => ({
              value: column.name,
              label: `${label(column.label) || column.name}${column.required || column.in_key ? " *" : ""}`,
              disabled: column.name !== row.chosen.column && taken.has(column.name),
            })),
          ]}
        />
      ),
    },
    {
      key: "reading",
      title: t("wizard.reading"),
      render: (row) => {
        const column = dataset.columns.find((one) => one.name === row.chosen.column);
        return (
          column && (
            <Reading
              preview={proposal}
              chosen={row.chosen}
              column={column}
              onChange={(choice) => onChoose(row.header, choice)}
            />
          )
        );
      },
    },
    {
      key: "confidence",
      title: t("wizard.confidence"),
      value: (row) => row.confidence,
      render: (row) =>
        row.chosen.column !== row.column ? (
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
    { key: "why", title: t("wizard.why"), value: (row) => serverText(row.why), ellipsis: true, width: 220 },
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
