import { Input } from "antd";
import { useText } from "@/lib/use-text";

/** Why many targets are set at once. */
export function ReasonInput({ value, onChange }: { value: string; onChange: (reason: string) => void }) {
  const { t } = useText();
  return (
    <Input
      style={{ maxWidth: 360 }}
      placeholder={t("grid.reason")}
      aria-label={t("targets.reason")}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
