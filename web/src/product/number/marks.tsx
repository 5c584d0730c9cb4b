import { useText } from "@/lib/use-text";
import { Mark } from "@/ui/Mark";

/** Says that a number will still change; why, on hover. */
export function Provisional({ title }: { title?: string }) {
  const { t } = useText();
  return (
    <Mark tone="warning" title={title}>
      {t("mark.provisional")}
    </Mark>
  );
}

/** Says that the last period is not over. */
export function Unfinished() {
  const { t } = useText();
  return (
    <Mark tone="warning" title={t("mark.partialWhy")}>
      {t("mark.partial")}
    </Mark>
  );
}
