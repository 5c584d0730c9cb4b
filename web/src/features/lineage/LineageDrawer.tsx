import { Drawer, Space } from "antd";
import { type ReactNode, useState } from "react";
import { Link } from "react-router";
import type { Lineage, LineageInput, LineageRequest } from "@/api/types";
import { formatInstant, formatInteger, formatPeriod, formatSpan, formatValue, NO_VALUE } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { numberOf } from "@/product/answer/answer";
import { useCatalogue } from "@/product/catalogue/api";
import { useDatasetName, useDimensionName, useMetricName } from "@/product/catalogue/names";
import { useValueName } from "@/product/catalogue/use-value-name";
import { Filters } from "@/product/filters/Filters";
import { useProject } from "@/product/project/api";
import { WhyButton } from "@/product/why/WhyButton";
import { whyOf } from "@/product/why/why-link";
import { Code } from "@/ui/Code";
import { Panel } from "@/ui/Panel";
import { usePhone } from "@/ui/use-phone";
import { useReturnFocus } from "@/ui/use-return-focus";
import { useLineage } from "./api";
import { CopyLink } from "./CopyLink";
import { LineageRows } from "./LineageRows";
import { Step } from "./Step";
import { TargetOrigin } from "./TargetOrigin";
import "./lineage.css";

type DrawerProps = { request: LineageRequest; onClose: () => void };

/** Any number, opened: value → 口径 → SQL → inputs → rows → file and line; a target: who set it, when and why. */
export default function LineageDrawer({ request, onClose }: DrawerProps) {
  const { t } = useText();
  const phone = usePhone();
  useReturnFocus();
  const name = useMetricName()(request.metric);
  const isTarget = request.comparison === "target";
  // What a number is compared with is explained as that comparison.
  const own = { ...request, comparison: undefined };
  const against = request.comparison === "year_ago" ? "year_ago" : "previous";
  return (
    <Drawer
      open
      onClose={onClose}
      size={phone ? "100%" : 640}
      title={t(isTarget ? "lineage.targetTitle" : "lineage.title", { name })}
      extra={
        <Space>
          <WhyButton why={isTarget ? null : whyOf(own, against)} />
          <CopyLink />
        </Space>
      }
      styles={{ body: { padding: "16px 20px" } }}
      className="lineage-drawer"
    >
      {isTarget ? <TargetOrigin request={request} /> : <Measured request={request} />}
    </Drawer>
  );
}

function Measured({ request }: { request: LineageRequest }) {
  const lineage = useLineage(request);
  return (
    <Panel query={lineage} height={420}>
      {(data) => <Rail lineage={data} request={request} />}
    </Panel>
  );
}

function Rail({ lineage, request }: { lineage: Lineage; request: LineageRequest }) {
  const { t } = useText();
  const datasetName = useDatasetName();
  const [first] = lineage.inputs;
  const [chosen, setChosen] = useState(first?.metric ?? "");
  const input = lineage.inputs.find((one) => one.metric === chosen) ?? first;
  return (
    <ol className="rail">
      <Step name={t("lineage.value")}>
        <Value lineage={lineage} request={request} />
      </Step>
      <Step name={t("lineage.caliber")}>
        <Caliber lineage={lineage} />
      </Step>
      <Step name={t("lineage.sql")} folded>
        <Code text={lineage.sql} label={t("lineage.sql")} />
      </Step>
      <Step name={t("lineage.inputs")}>
        <Inputs inputs={lineage.inputs} chosen={input?.metric ?? ""} onChoose={setChosen} />
      </Step>
      <Step name={input ? t("lineage.rowsOf", { dataset: datasetName(input.dataset) }) : t("lineage.rows")}>
        {input ? (
          <LineageRows key={input.metric} request={request} input={input} />
        ) : (
          <p>{t("lineage.noInput")}</p>
        )}
      </Step>
    </ol>
  );
}

function Value({ lineage, request }: { lineage: Lineage; request: LineageRequest }) {
  const { t, locale } = useText();
  const currency = useProject().data?.currency;
  const nameOf = useDimensionName();
  const valueName = useValueName();
  const style = { locale, currency, format: lineage.format, unit: lineage.unit };
  const compared =
    request.comparison === "previous" || request.comparison === "year_ago" ? request.comparison : null;
  return (
    <>
      <div className="rail-value">{formatValue(numberOf(lineage.value), style)}</div>
      <dl className="facts">
        {compared && <Fact name={t("lineage.comparedAs")}>{t(`comparisonBase.${compared}`)}</Fact>}
        {Object.entries(lineage.cell).map(([name, value]) => (
          <Fact key={name} name={nameOf(name)}>
            {name.startsWith("metric_time")
              ? formatPeriod(value, name.split("__")[1] ?? null)
              : value === null
                ? NO_VALUE
                : valueName(name, value)}
          </Fact>
        ))}
        {lineage.period && <Fact name={t("lineage.period")}>{formatSpan(lineage.period)}</Fact>}
        {lineage.filters.length > 0 && (
          <Fact name={t("lineage.filters")}>
            <Filters filters={lineage.filters} />
          </Fact>
        )}
        <Fact name={t("lineage.asOf")}>{formatInstant(lineage.as_of)}</Fact>
      </dl>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Caliber({ lineage }: { lineage: Lineage }) {
  const { t, lines, person } = useText();
  return (
    <>
      {lines(lineage.description) && <p className="rail-text">{lines(lineage.description)}</p>}
      <p className="rail-formula">{lineage.formula}</p>
      <dl className="facts">
        <Fact name={t("lineage.definition")}>
          <Link to={`/metrics/${lineage.metric}`}>
            <code>
              {lineage.path}:{lineage.line}
            </code>
          </Link>
        </Fact>
        <Fact name={t("lineage.revision")}>
          <code>{lineage.revision.slice(0, 12)}</code>
          {lineage.defined_at &&
            ` · ${t("lineage.definedSince", { at: formatInstant(lineage.defined_at), by: person(lineage.defined_by ?? "") })}`}
        </Fact>
      </dl>
    </>
  );
}

type InputsProps = { inputs: LineageInput[]; chosen: string; onChoose: (metric: string) => void };

function Inputs({ inputs, chosen, onChoose }: InputsProps) {
  const { t } = useText();
  return (
    <div className="inputs" role="radiogroup" aria-label={t("lineage.inputs")}>
      {inputs.map((input, index) => (
        // A metric may be an input twice, once of an earlier period.
        <InputCard key={index} input={input} chosen={input.metric === chosen} onChoose={onChoose} />
      ))}
    </div>
  );
}

function InputCard({
  input,
  chosen,
  onChoose,
}: {
  input: LineageInput;
  chosen: boolean;
  onChoose: (metric: string) => void;
}) {
  const { t, locale, label } = useText();
  const datasetName = useDatasetName();
  const currency = useProject().data?.currency;
  const metric = useCatalogue().data?.metrics.find((one) => one.name === input.metric);
  const style = { locale, currency, format: metric?.format ?? "number", unit: metric?.unit } as const;
  return (
    <button
      type="button"
      role="radio"
      aria-checked={chosen}
      className={`input-card${chosen ? " input-card-chosen" : ""}`}
      onClick={() => onChoose(input.metric)}
    >
      <span className="input-card-head">
        <b>{label(input.label) || input.metric}</b>
        <span>{formatValue(numberOf(input.value), style)}</span>
      </span>
      <span className="small muted">
        <code>
          {input.aggregation}({input.expression ?? "*"})
        </code>{" "}
        · {datasetName(input.dataset)} ·{" "}
        {t("lineage.rowCount", { count: input.rows, text: formatInteger(input.rows, locale) })}
      </span>
      {input.window && <span className="small muted">{formatSpan(input.window)}</span>}
      <span className="small muted">
        <Filters filters={input.filters} />
      </span>
    </button>
  );
}
