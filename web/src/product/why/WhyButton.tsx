import { Button } from "antd";
import { type FocusEvent, type ReactNode, useState } from "react";
import type { WhyRequest } from "@/api/types";
import { useText } from "@/lib/use-text";
import { usePlain } from "@/ui/plain";
import { useOpenWhy } from "./use-why";
import "./why-button.css";

/** 为什么: explains the change of a number; nothing where there is no question to ask. */
export function WhyButton({ why, name }: { why: WhyRequest | null; name?: string }) {
  const { t } = useText();
  const openWhy = useOpenWhy();
  const plain = usePlain();
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

type NearWhyProps = { why: () => WhyRequest | null; name: string; children: ReactNode };

/**
 * A number with 为什么 beside it while it is pointed at or focused: a table of a thousand numbers stays calm and light.
 * Where nothing can be pointed at, the panel of the number offers it.
 */
export function NearWhy({ why, name, children }: NearWhyProps) {
  const [near, setNear] = useState(false);
  const leave = (event: FocusEvent) => {
    if (!event.currentTarget.contains(event.relatedTarget)) setNear(false);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only shows a button that the keyboard reaches by itself
    <span
      className="near"
      onMouseEnter={() => setNear(true)}
      onMouseLeave={() => setNear(false)}
      onFocus={() => setNear(true)}
      onBlur={leave}
    >
      {children}
      {near && <NearButton why={why()} name={name} />}
    </span>
  );
}

function NearButton({ why, name }: { why: WhyRequest | null; name: string }) {
  const { t } = useText();
  const openWhy = useOpenWhy();
  if (!why) return null;
  return (
    <button
      type="button"
      className="near-why"
      aria-label={t("why.of", { name })}
      onClick={(event) => {
        event.stopPropagation();
        openWhy(why);
      }}
    >
      {t("why.ask")}
    </button>
  );
}
