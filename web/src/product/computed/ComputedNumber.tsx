import type { ReactNode } from "react";
import { useText } from "@/lib/use-text";
import { NearWhy } from "@/product/why/WhyButton";
import { whyOfComputed } from "@/product/why/why-link";
import { usePlain } from "@/ui/plain";
import type { Computed } from "./computed";
import { useOpenComputed } from "./use-computed";
import "@/product/number/metric.css";

/** A number worked out of others: a click says how and out of which; without them it is only shown. */
export function ComputedNumber({ of, children }: { of: Computed | null; children: ReactNode }) {
  const { t } = useText();
  const open = useOpenComputed();
  const plain = usePlain();
  if (!of || plain) return <span className="number">{children}</span>;
  const name = t(`computed.${of.kind}`);
  return (
    <NearWhy why={() => whyOfComputed(of)} name={name}>
      <button
        type="button"
        className="number-button number"
        title={t(`formula.${of.kind}`)}
        onClick={() => open(of)}
        data-computed={of.kind}
      >
        <span className="visually-hidden">{t("number.how", { name })} </span>
        {children}
      </button>
    </NearWhy>
  );
}
