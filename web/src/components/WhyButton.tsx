import { Button } from "antd";
import type { LineageRequest } from "@/api/types";
import { useText } from "@/lib/use-text";
import { useOpenWhy } from "@/lib/use-why";
import { whyOf } from "@/lib/why-link";
import { usePlain } from "./plain";

/** 为什么: explains the change of a number; nothing for a number without a period. */
export function WhyButton({ request, name }: { request: LineageRequest; name?: string }) {
  const { t } = useText();
  const openWhy = useOpenWhy();
  const plain = usePlain();
  const why = whyOf(request);
  if (!why || plain) return null;
  return (
    <Button
      size="small"
      type="link"
      className="why-button"
      aria-label={name ? t("why.of", { name }) : undefined}
      onClick={() => openWhy(why)}
    >
      {t("why.ask")}
    </Button>
  );
}
