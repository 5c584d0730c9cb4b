import { Fragment } from "react";
import { Link } from "react-router";
import type { LineageRequest, Target } from "@/api/types";
import { formatInstant, formatValue, NO_VALUE } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { useCatalogue } from "@/product/catalogue/api";
import { useDimensionName } from "@/product/catalogue/names";
import { useProject } from "@/product/project/api";
import { useTargets } from "@/product/target/api";
import { EmptyView, Panel } from "@/ui/Panel";
import { targetsOf } from "./target-match";

/** Where a target comes from: who set it, when and why. */
export function TargetOrigin({ request }: { request: LineageRequest }) {
  const { t } = useText();
  const targets = useTargets();
  return (
    <Panel
      query={targets}
      height={200}
      isEmpty={(list) => targetsOf(list, request).length === 0}
      empty={
        <EmptyView
          title={t("lineage.noTarget")}
          text={t("lineage.noTargetWhy")}
          action={<AllTargets metric={request.metric} />}
        />
      }
    >
      {(list) => (
        <>
          {targetsOf(list, request).map((target) => (
            <OneTarget key={target.id} target={target} />
          ))}
          <p>
            <AllTargets metric={request.metric} />
          </p>
        </>
      )}
    </Panel>
  );
}

function AllTargets({ metric }: { metric: string }) {
  const { t } = useText();
  return <Link to={`/targets?metric=${encodeURIComponent(metric)}`}>{t("lineage.allTargets")}</Link>;
}

function OneTarget({ target }: { target: Target }) {
  const { t, locale, person } = useText();
  const currency = useProject().data?.currency;
  const metric = useCatalogue().data?.metrics.find((one) => one.name === target.metric);
  const dimensionName = useDimensionName();
  const style = { locale, currency, format: metric?.format ?? "number", unit: metric?.unit } as const;
  const facts: [string, string][] = [
    [t("targets.period"), target.period],
    [
      t("targets.segment"),
      target.dimension ? `${dimensionName(target.dimension)} ${target.segment}` : t("targets.whole"),
    ],
    [t("targets.floor"), formatValue(target.floor, style)],
    [t("targets.stretch"), formatValue(target.stretch, style)],
    [t("targets.reason"), target.reason || NO_VALUE],
    [t("targets.by"), person(target.by)],
    [t("targets.at"), formatInstant(target.at)],
    [t("targets.version"), String(target.version)],
  ];
  return (
    <section className="target-origin">
      <div className="rail-value">{formatValue(target.target, style)}</div>
      <dl className="facts">
        {facts.map(([name, text]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </Fragment>
        ))}
      </dl>
    </section>
  );
}
