import { Drawer, Space } from "antd";
import { formatDifference, formatInteger, formatPercent, formatScore, formatValue } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { useMetricName } from "@/product/catalogue/names";
import {
  COMPUTED_KINDS,
  type Computed,
  type ComputedInput,
  PARTS,
  type Written,
} from "@/product/computed/computed";
import { useOpenComputed } from "@/product/computed/use-computed";
import { useOpenLineage } from "@/product/lineage/use-lineage";
import { useProject } from "@/product/project/api";
import { WhyButton } from "@/product/why/WhyButton";
import { whyOfComputed } from "@/product/why/why-link";
import { usePhone } from "@/ui/use-phone";
import { useReturnFocus } from "@/ui/use-return-focus";
import { CopyLink } from "./CopyLink";
import { Step } from "./Step";
import "./lineage.css";

type DrawerProps = { of: Computed; onClose: () => void };

/** A computed number, opened: value → how it is worked out → the numbers it is worked out of, each of which opens. */
export default function ComputedDrawer({ of, onClose }: DrawerProps) {
  const { t, label } = useText();
  const phone = usePhone();
  useReturnFocus();
  const metricName = useMetricName();
  const name = [label(of.name), t(`computed.${of.kind}`)].filter(Boolean).join(" · ");
  const write = useWriting(of);
  return (
    <Drawer
      open
      onClose={onClose}
      size={phone ? "100%" : 480}
      title={of.metric ? `${metricName(of.metric)} · ${name}` : name}
      extra={
        <Space>
          <WhyButton why={whyOfComputed(of)} />
          <CopyLink />
        </Space>
      }
      styles={{ body: { padding: "16px 20px" } }}
      className="computed-drawer"
    >
      <ol className="rail">
        <Step name={t("lineage.value")}>
          <div className="rail-value">{write(COMPUTED_KINDS[of.kind], of.value)}</div>
        </Step>
        <Step name={t("lineage.how")}>
          <p className="rail-text">{t(`formula.${of.kind}`)}</p>
        </Step>
        <Step name={t("lineage.parts")}>
          <ul className="parts">
            {of.inputs.map((input, index) => (
              // Two inputs may share a name; their order is part of the formula.
              <InputLine
                key={index}
                input={input}
                text={write(PARTS[input.part], input.value, input.style)}
              />
            ))}
          </ul>
        </Step>
      </ol>
    </Drawer>
  );
}

function InputLine({ input, text }: { input: ComputedInput; text: string }) {
  const { t, label } = useText();
  const openLineage = useOpenLineage();
  const openComputed = useOpenComputed("over");
  const { number, computed } = input;
  const name = input.name ?? [label(input.of), t(`part.${input.part}`)].filter(Boolean).join(" · ");
  const open = number ? () => openLineage(number) : computed ? () => openComputed(computed) : null;
  return (
    <li>
      <span>{name}</span>
      {open && input.value !== null ? (
        <button type="button" className="number-button part-value" onClick={open} data-part={input.part}>
          <span className="visually-hidden">{t("number.open", { name })} </span>
          {text}
        </button>
      ) : (
        <span>{text}</span>
      )}
    </li>
  );
}

/** Writes the numbers of one computation. */
function useWriting(of: Computed) {
  const { locale } = useText();
  const currency = useProject().data?.currency;
  const own = { format: of.format, unit: of.unit };
  return (written: Written, value: number | null, other: ComputedInput["style"] = undefined): string => {
    const style = { locale, currency, ...(other ?? own) };
    switch (written) {
      case "metric":
        return formatValue(value, style);
      case "difference":
        return formatDifference(value, style);
      case "percent":
        return formatPercent(value, locale);
      case "days":
        return formatInteger(value, locale);
      case "score":
        return formatScore(value, locale);
    }
  };
}
