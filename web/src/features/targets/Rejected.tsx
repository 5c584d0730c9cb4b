import { Alert } from "antd";
import type { TargetImport } from "@/api/types";
import { serverText } from "@/lib/server-text";
import { useText } from "@/lib/use-text";

/** The refused rows of a grid or split, each with its reason. */
export function Rejected({ report }: { report: TargetImport }) {
  const { t } = useText();
  return (
    <Alert
      type="error"
      showIcon
      title={t("targets.rejected")}
      description={report.rejected.map((one) => (
        <div key={`${one.line}/${one.column}`}>
          {one.line}: {one.column} {one.value} {serverText(one.reason)}
        </div>
      ))}
    />
  );
}
