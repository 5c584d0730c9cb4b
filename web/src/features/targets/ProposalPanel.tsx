import { Alert, Button, Form, Input, InputNumber } from "antd";
import { useState } from "react";
import { Link } from "react-router";
import { useDraftTargets, useProposal } from "@/api/target-queries";
import type { Metric, NewTarget, Target, TargetKey, TargetProposal } from "@/api/types";
import { Panel } from "@/components/Panel";
import { ProblemView } from "@/components/ProblemView";
import { formatPercent } from "@/lib/format";
import { serverText } from "@/lib/server-text";
import { useText } from "@/lib/use-text";
import { useAmount } from "./amounts";
import { readNumber } from "./grid";
import { Rejected } from "./Rejected";

type ProposalProps = { of: TargetKey; metric: Metric; target: Target | undefined };

/** Levels that the metric's own history suggests, how they are worked out, and a draft made of them. */
export function ProposalPanel({ of, metric, target }: ProposalProps) {
  const { t } = useText();
  const [percent, setPercent] = useState(0);
  const proposal = useProposal(of, String(percent / 100));
  return (
    <>
      <div className="row" style={{ margin: "12px 0" }}>
        <label htmlFor="growth">{t("proposal.growth")}</label>
        <InputNumber
          id="growth"
          suffix="%"
          min={-90}
          max={900}
          value={percent}
          onChange={(value) => setPercent(value ?? 0)}
        />
      </div>
      <Panel query={proposal} height={320}>
        {(found) => (
          <>
            <Working found={found} metric={metric} percent={percent} target={target} />
            <DraftForm key={JSON.stringify(found)} of={of} found={found} />
          </>
        )}
      </Panel>
    </>
  );
}

type WorkingProps = { found: TargetProposal; metric: Metric; percent: number; target: Target | undefined };

/** The numbers that a proposal rests on, and the rule in words. */
function Working({ found, metric, percent, target }: WorkingProps) {
  const { t, label, locale } = useText();
  const amount = useAmount(metric);
  const beside = (value: string) => {
    if (!found.year_ago || Number(found.year_ago) === 0) return "";
    return ` (${t("proposal.beside", { change: formatPercent(Number(value) / Number(found.year_ago) - 1, locale, 1) })})`;
  };
  const { market } = found;
  const around: [string, string][] = found.benchmarks.map((one) => [
    `${label(one.label)} ${one.first} – ${one.last}`,
    amount(Number(one.value)),
  ]);
  if (market?.target) around.unshift([t("proposal.byMarket"), amount(Number(market.target))]);
  if (market) {
    const months = { first: market.first, last: market.last };
    around.unshift([t("proposal.market", months), formatPercent(market.rate, locale, 1)]);
  }
  const facts: [string, string][] = [
    [t("proposal.expected"), amount(Number(found.expected)) + beside(found.expected)],
    [t("proposal.yearAgo"), found.year_ago ? amount(Number(found.year_ago)) : t("proposal.unknown")],
    [t("proposal.inForce"), target ? amount(target.target) : t("proposal.unknown")],
    [t("proposal.history"), t(`periodCount.${found.grain as "month"}`, { count: found.n })],
    [t("proposal.model"), serverText(found.model)],
    ...around,
  ];
  return (
    <>
      <dl className="target-facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p className="muted small">
        {t(metric.direction === "lower" ? "proposal.ruleLower" : "proposal.rule", { growth: percent })}
      </p>
    </>
  );
}

type Fields = { floor: string; target: string; stretch: string; reason: string };

function DraftForm({ of, found }: { of: TargetKey; found: TargetProposal }) {
  const { t } = useText();
  const draft = useDraftTargets();
  const submit = ({ floor, target, stretch, reason }: Fields) => {
    const plain = (text: string) => readNumber(text ?? "") || null;
    const row: NewTarget = {
      ...of,
      floor: plain(floor),
      target: plain(target) ?? "",
      stretch: plain(stretch),
      reason: reason.trim(),
    };
    draft.mutate({ targets: [row] });
  };
  const isNumber = {
    validator: (_: unknown, text: string) => reject(readNumber(text ?? "") === null, t("grid.notNumber")),
  };
  return (
    <Form<Fields>
      layout="vertical"
      requiredMark={false}
      onFinish={submit}
      initialValues={{ ...found, reason: t("proposal.reason", { count: found.n }) }}
    >
      <div className="form-triple">
        <Form.Item name="floor" label={t("targets.floor")} rules={[isNumber]}>
          <Input inputMode="decimal" />
        </Form.Item>
        <Form.Item
          name="target"
          label={t("targets.target")}
          rules={[{ required: true, message: t("targets.targetMissing") }, isNumber]}
        >
          <Input inputMode="decimal" />
        </Form.Item>
        <Form.Item name="stretch" label={t("targets.stretch")} rules={[isNumber]}>
          <Input inputMode="decimal" />
        </Form.Item>
      </div>
      <Form.Item
        name="reason"
        label={t("targets.reason")}
        rules={[{ required: true, whitespace: true, message: t("targets.reasonMissing") }]}
      >
        <Input />
      </Form.Item>
      {draft.isError && <ProblemView error={draft.error} />}
      {draft.data && draft.data.rejected.length > 0 && <Rejected report={draft.data} />}
      {draft.data && draft.data.rejected.length === 0 && (
        <Alert
          type="success"
          showIcon
          title={t(draft.data.accepted > 0 ? "proposal.drafted" : "proposal.stands")}
          action={<Link to="/targets">{t("approval.pending")}</Link>}
        />
      )}
      <Button type="primary" htmlType="submit" loading={draft.isPending} style={{ marginTop: 12 }}>
        {t("proposal.accept")}
      </Button>
    </Form>
  );
}

function reject(wrong: boolean, message: string): Promise<void> {
  return wrong ? Promise.reject(new Error(message)) : Promise.resolve();
}
