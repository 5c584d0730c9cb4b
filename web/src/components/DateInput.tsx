import "./field.css";

type DateInputProps = {
  value: string;
  label: string;
  type?: "date" | "month";
  min?: string;
  max?: string;
  onChange: (value: string) => void;
};

/** The browser's own date field: light, localised and accessible. */
export function DateInput({ value, label, type = "date", min, max, onChange }: DateInputProps) {
  return (
    <input
      className="field"
      type={type}
      value={value}
      min={min}
      max={max}
      aria-label={label}
      onChange={(event) => event.target.value && onChange(event.target.value)}
    />
  );
}
