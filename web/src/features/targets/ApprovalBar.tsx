import type { UseMutationResult } from "@tanstack/react-query";
import { Button, Input } from "antd";
import { useState } from "react";
import type { ApprovalState, Decision } from "@/api/types";
import { useText } from "@/lib/use-text";
import { ProblemView } from "@/ui/ProblemView";
import "./target.css";

type ApprovalBarProps = {
  /** Versions on their way. */
  pending: { id: number; approval: { state: ApprovalState } }[];
  decide: UseMutationResult<void, Error, Decision>;
};

/** What can be done about versions on their way; nobody approves what they entered, and a rejection says why. */
export function ApprovalBar({ pending, decide }: ApprovalBarProps) {
  const { t } = useText();
  const [by, setBy] = useState("");
  const [note, setNote] = useState("");
  const [unsaid, setUnsaid] = useState(false);
  const idsOf = (state: ApprovalState) =>
    pending.filter((one) => one.approval.state === state).map((one) => one.id);
  const [drafts, submitted] = [idsOf("draft"), idsOf("submitted")];
  const act = (action: Decision["action"], ids: number[]) => {
    const why = note.trim();
    setUnsaid(action === "reject" && why === "");
    if (action === "reject" && why === "") return;
    decide.mutate(
      { ids, action, by: by.trim() || null, note: why || null },
      { onSuccess: () => setNote("") },
    );
  };
  return (
    <>
      <div className="row approval">
        <Input
          className="approval-who"
          placeholder={t("approval.who")}
          aria-label={t("approval.who")}
          value={by}
          onChange={(event) => setBy(event.target.value)}
        />
        <Input
          className="approval-note"
          placeholder={t("approval.note")}
          aria-label={t("approval.note")}
          status={unsaid ? "error" : undefined}
          value={note}
          onChange={(event) => {
            setNote(event.target.value);
            setUnsaid(false);
          }}
        />
        <Button disabled={drafts.length === 0} onClick={() => act("submit", drafts)}>
          {t("approval.submitAll", { count: drafts.length })}
        </Button>
        <Button type="primary" disabled={submitted.length === 0} onClick={() => act("approve", submitted)}>
          {t("approval.approveAll", { count: submitted.length })}
        </Button>
        <Button danger disabled={submitted.length === 0} onClick={() => act("reject", submitted)}>
          {t("approval.reject", { count: submitted.length })}
        </Button>
        {unsaid && (
          <span role="alert" className="state-bad">
            {t("approval.noteMissing")}
          </span>
        )}
      </div>
      {decide.isError && <ProblemView error={decide.error} />}
    </>
  );
}
