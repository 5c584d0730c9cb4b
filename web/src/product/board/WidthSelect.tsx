import { Select } from "antd";
import { useText } from "@/lib/use-text";
import { COLUMNS, WIDTHS } from "./board";

type WidthSelectProps = {
  id?: string;
  value?: number;
  onChange?: (width: number) => void;
  label?: string;
  small?: boolean;
};

/** How wide a panel is, as a share of the page. */
export function WidthSelect({ id, value, onChange, label, small = false }: WidthSelectProps) {
  const widthName = useWidthName();
  const odd = value !== undefined && !WIDTHS.some((width) => width === value) ? [value] : [];
  return (
    <Select<number>
      id={id}
      size={small ? "small" : undefined}
      aria-label={label}
      value={value}
      onChange={onChange}
      popupMatchSelectWidth={false}
      options={[...WIDTHS, ...odd].map((width) => ({ value: width, label: widthName(width) }))}
    />
  );
}

/** `1/2`, `2/3`, full width. */
export function useWidthName(): (width: number) => string {
  const { t } = useText();
  return (width) => {
    if (width === COLUMNS) return t("board.fullWidth");
    const divisor = [6, 4, 3, 2, 1].find((one) => width % one === 0 && COLUMNS % one === 0) ?? 1;
    return `${width / divisor}/${COLUMNS / divisor}`;
  };
}
