import { Alert, Button, Form, Input, InputNumber } from "antd";
import { type ReactNode, useState } from "react";
import { Link } from "react-router";
import type { Metric, NewTarget, Target, TargetKey, TargetProposal } from "@/api/types";
import { formatPercent } from "@/lib/format";
import { serverText } from "@/lib/server-text";
import { useText } from "@/lib/use-text";
import { ComputedNumber } from "@/product/computed/ComputedNumber";
import { type ComputedInput, computed, type Measured, requestOf } from "@/product/computed/computed";
import { MetricNumber } from "@/product/number/Metric";
import { useProject } from "@/product/project/api";
import { Panel } from "@/ui/Panel";
import { ProblemView } from "@/ui/ProblemView";
import { Amount, useAmount } from "./amounts";
import { useDraftTargets, useProposal } from "./api";
import { Facts } from "./Facts";
import { readNumber } from "./grid";
import { historyLink, originYearAgo } from "./history";
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
            <Working of={of} found={found} metric={metric} percent={percent} target={target} />
            <DraftForm key={JSON.stringify(found)} of={of} found={found} />
          </>
        )}
      </Panel>
    </>
  );
}

type WorkingProps = {
  of: TargetKey;
  found: TargetProposal;
  metric: Metric;
  percent: number;
  target: Target | undefined;
};

/** The numbers that a proposal rests on, and the rule in words. */
function Working({ of, found, metric, percent, target }: WorkingProps) {
  const { t, label, locale } = useText();
  const amount = useAmount(metric);
  const { market } = found;
  const number: Measured = { ...metric, metric: metric.name, value: null, origin: originYearAgo(of, metric) };
  const yearAgo: ComputedInput = {
    part: "year_ago",
    value: found.year_ago ? Number(found.year_ago) : null,
    number: requestOf(number),
  };
  const around: [string, ReactNode][] = found.benchmarks.map((one) => [
    `${label(one.label)} ${one.first} – ${one.last}`,
    <Link key={one.first} to="/data/datasets/benchmarks" title={one.source}>
      {amount(Number(one.value))}
    </Link>,
  ]);
  if (market?.target) {
    const rate: ComputedInput = { part: "market", value: market.rate };
    const value = Number(market.target);
    around.unshift([
      t("proposal.byMarket"),
      <ComputedNumber key="market" of={computed("by_market", number, value, [yearAgo, rate])}>
        {amount(value)}
      </ComputedNumber>,
    ]);
  }
  if (market) {
    const months = { first: market.first, last: market.last };
    around.unshift([
      t("proposal.market", months),
      <Link key="rate" to={`/data/datasets/${market.dataset}`}>
        {formatPercent(market.rate, locale, 1)}
      </Link>,
    ]);
  }
  const facts: [string, ReactNode][] = [
    [
      t("proposal.expected"),
      <Expected key="expected" found={found} of={number} yearAgo={yearAgo} text={amount} />,
    ],
    [
      t("proposal.yearAgo"),
      found.year_ago ? (
        <MetricNumber key="year" {...number} label={metric.label} value={yearAgo.value} />
      ) : (
        t("proposal.unknown")
      ),
    ],
    [
      t("proposal.inForce"),
      target ? <Amount key="now" metric={metric} of={of} value={target.target} /> : t("proposal.unknown"),
    ],
    [t("proposal.history"), <History key="history" of={of} found={found} metric={metric} />],
    [t("proposal.model"), serverText(found.model)],
    ...around,
  ];
  return (
    <>
      <Facts facts={facts} />
      <p className="muted small">
        {t(metric.direction === "lower" ? "proposal.ruleLower" : "proposal.rule", { growth: percent })}
      </p>
    </>
  );
}

type ExpectedProps = {
  found: TargetProposal;
  of: Measured;
  yearAgo: ComputedInput;
  text: (value: number) => string;
};

/** The median of the forecast, and how it stands to a year ago. */
function Expected({ found, of, yearAgo, text }: ExpectedProps) {
  const { t, locale } = useText();
  const value = Number(found.expected);
  const expected = computed("expected", of, value, [{ part: "periods", value: found.n }]);
  const change = yearAgo.value ? value / yearAgo.value - 1 : null;
  const inputs: ComputedInput[] = [{ part: "expected", value, computed: expected ?? undefined }, yearAgo];
  return (
    <>
      <ComputedNumber of={expected}>{text(value)}</ComputedNumber>
      {change !== null && (
        <span className="muted">
          {" "}
          <ComputedNumber of={computed("expected_change", of, change, inputs)}>
            {t("proposal.beside", { change: formatPercent(change, locale, 1) })}
          </ComputedNumber>
        </span>
      )}
    </>
  );
}

/** How many periods the forecast rests on; opens them in the analysis. */
function History({ of, found, metric }: { of: TargetKey; found: TargetProposal; metric: Metric }) {
  const { t } = useText();
  const asOf = useProject().data?.as_of;
  const text = t(`periodCount.${found.grain}`, { count: found.n });
  const link = asOf ? historyLink(of, metric, found, asOf.slice(0, 10)) : null;
  return link ? <Link to={link}>{text}</Link> : text;
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
