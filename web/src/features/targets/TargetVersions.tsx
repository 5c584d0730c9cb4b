import type { Metric, Target, TargetKey } from "@/api/types";
import { formatInstant, formatPercent } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { DataTable, type TableColumn } from "@/ui/DataTable";
import { EmptyView, Panel } from "@/ui/Panel";
import { useAmount } from "./amounts";
import { useTargetVersions } from "./api";
import { useApprovalColumns } from "./approval";

/** A version beside the one that was in force before it. */
type Revision = Target & { before: Target | null };

/** Every version: who changed what into what, when and why, and who approved it. */
export function TargetVersions({ of, metric }: { of: TargetKey; metric: Metric }) {
  const { t } = useText();
  const versions = useTargetVersions(of);
  const columns = useColumns(metric);
  return (
    <Panel
      query={versions}
      height={240}
      isEmpty={(list) => list.length === 0}
      empty={<EmptyView title={t("target.none")} text={t("target.noneText")} />}
    >
      {(list) => (
        <DataTable
          tools
          caption={t("target.versions")}
          columns={columns}
          rows={revisions(list)}
          rowKey={(one) => String(one.id)}
        />
      )}
    </Panel>
  );
}

/** The newest first; a version's predecessor is the last approved one before it. */
function revisions(list: Target[]): Revision[] {
  let before: Target | null = null;
  const found: Revision[] = [];
  for (const version of list) {
    found.push({ ...version, before });
    if (version.approval.state === "approved") before = version;
  }
  return found.reverse();
}

function useColumns(metric: Metric): TableColumn<Revision>[] {
  const { t, locale, person } = useText();
  const approval = useApprovalColumns<Revision>();
  const amount = useAmount(metric);
  const level = (key: "floor" | "target" | "stretch"): TableColumn<Revision> => ({
    key,
    title: t(`targets.${key}`),
    align: "right",
    value: (one) => one[key],
    render: ({ before, ...one }) =>
      before && before[key] !== one[key] ? (
        <>
          <del className="muted">{amount(before[key])}</del> → <b>{amount(one[key])}</b>
        </>
      ) : (
        amount(one[key])
      ),
  });
  const change = ({ before, target }: Revision) =>
    before && before.target !== 0 ? target / before.target - 1 : null;
  return [
    { key: "version", title: t("targets.version"), align: "right", value: (one) => one.version },
    approval.state,
    level("floor"),
    level("target"),
    level("stretch"),
    {
      key: "change",
      title: t("target.change"),
      align: "right",
      value: change,
      render: (one) => formatPercent(change(one), locale, 1),
    },
    { key: "reason", title: t("targets.reason"), value: (one) => one.reason, ellipsis: true, width: 280 },
    { key: "by", title: t("targets.by"), value: (one) => person(one.by) },
    { key: "at", title: t("targets.at"), value: (one) => one.at, render: (one) => formatInstant(one.at) },
    approval.decided,
    approval.note,
  ];
}
