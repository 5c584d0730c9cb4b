import { Button, Segmented } from "antd";
import { useState } from "react";
import { Link, useParams, useSearchParams } from "react-router";
import type { Metric, Target, TargetKey } from "@/api/types";
import { useText } from "@/lib/use-text";
import { useCatalogue } from "@/product/catalogue/api";
import { useTargets } from "@/product/target/api";
import { PageHeader } from "@/ui/PageHeader";
import { EmptyView, Panel } from "@/ui/Panel";
import { CascadePanel } from "./CascadePanel";
import { isSameTarget } from "./key";
import { ProposalPanel } from "./ProposalPanel";
import { useSegmentText } from "./segment";
import { TargetForm } from "./TargetForm";
import { TargetProgress } from "./TargetProgress";
import { TargetVersions } from "./TargetVersions";

const PARTS = ["progress", "cascade", "versions", "proposal"] as const;
type Part = (typeof PARTS)[number];

/** One target: how far it has come, how it is split, who changed it and why, and what history would propose. */
export function TargetPage() {
  const { t, label } = useText();
  const { metric: name = "", period = "" } = useParams();
  const [params, setParams] = useSearchParams();
  const [editing, setEditing] = useState(false);
  const segmentText = useSegmentText();
  const targets = useTargets();
  const catalogue = useCatalogue();
  const metrics = catalogue.data?.metrics ?? [];
  const metric = metrics.find((one) => one.name === name);
  const key: TargetKey = {
    metric: name,
    period,
    dimension: params.get("dimension"),
    segment: params.get("segment"),
  };
  const target = (targets.data ?? []).find((one) => isSameTarget(one, key));
  const part = PARTS.find((one) => one === params.get("part")) ?? "progress";
  const put = (field: string, value: string) =>
    setParams((now) => {
      now.set(field, value);
      return now;
    });
  return (
    <>
      <PageHeader
        title={`${label(metric?.label) || (catalogue.isPending ? "" : name)} ${period}`}
        trail={<Link to="/targets">{t("targets.title")}</Link>}
        aside={segmentText(key)}
        actions={target && <Button onClick={() => setEditing(true)}>{t("targets.edit")}</Button>}
      />
      <Segmented<Part>
        aria-label={t("target.parts")}
        value={part}
        onChange={(value) => put("part", value)}
        options={PARTS.map((value) => ({ value, label: t(`target.${value}`) }))}
      />
      <Panel query={targets} height={420}>
        {() => (
          <Panel query={catalogue} height={420}>
            {() =>
              metric ? (
                <PartOf part={part} of={key} metric={metric} target={target} />
              ) : (
                <EmptyView title={t("target.noMetric", { name })} action={<Back />} />
              )
            }
          </Panel>
        )}
      </Panel>
      {editing && target && (
        <TargetForm target={target} metrics={metrics} onClose={() => setEditing(false)} />
      )}
    </>
  );
}

type PartProps = { part: Part; of: TargetKey; metric: Metric; target: Target | undefined };

function PartOf({ part, of, metric, target }: PartProps) {
  const { t } = useText();
  if (part === "versions") return <TargetVersions of={of} metric={metric} />;
  if (part === "proposal") return <ProposalPanel of={of} metric={metric} target={target} />;
  if (!target) return <EmptyView title={t("target.none")} text={t("target.noneText")} action={<Back />} />;
  if (part === "cascade") return <CascadePanel of={of} metric={metric} target={target} />;
  return <TargetProgress of={of} metric={metric} target={target} />;
}

function Back() {
  const { t } = useText();
  return (
    <Link to="/targets">
      <Button>{t("targets.all")}</Button>
    </Link>
  );
}
