import type { ApprovalState } from "@/api/types";
import { formatInstant, NO_VALUE } from "@/lib/format";
import { useText } from "@/lib/use-text";
import type { TableColumn } from "@/ui/DataTable";

/** A version that somebody has to approve. */
type Approved = {
  approval: {
    state: ApprovalState;
    decided_by: string | null;
    decided_at: string | null;
    note: string | null;
  };
};

/** How far a version has come, who decided, and with what words. */
export function useApprovalColumns<Version extends Approved>() {
  const { t, person } = useText();
  const decided = ({ approval }: Version) =>
    approval.decided_by ? `${person(approval.decided_by)} ${formatInstant(approval.decided_at)}` : NO_VALUE;
  return {
    state: {
      key: "state",
      title: t("approval.state"),
      value: (one) => t(`approval.${one.approval.state}`),
    } satisfies TableColumn<Version>,
    decided: { key: "decided", title: t("target.decided"), value: decided } satisfies TableColumn<Version>,
    note: {
      key: "note",
      title: t("reconcile.note"),
      value: (one) => one.approval.note ?? "",
    } satisfies TableColumn<Version>,
  };
}
