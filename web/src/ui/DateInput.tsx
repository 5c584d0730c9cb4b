import { useRef, useState } from "react";
import { CalendarOutlined } from "./icons";
import "./field.css";

type DateInputProps = {
  value: string;
  label: string;
  min?: string;
  max?: string;
  onChange: (value: string) => void;
};

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A day, always written 2025-11-11 whatever the browser's language; the picker is the browser's own. */
export function DateInput({ value, label, min, max, onChange }: DateInputProps) {
  const [typed, setTyped] = useState<string | null>(null);
  const picker = useRef<HTMLInputElement>(null);
  const allowed = (day: string) =>
    DAY.test(day) && !Number.isNaN(Date.parse(day)) && (!min || day >= min) && (!max || day <= max);
  const commit = () => {
    if (typed !== null && typed !== value && allowed(typed)) onChange(typed);
    setTyped(null);
  };
  return (
    <span className="date">
      <input
        className="field"
        inputMode="numeric"
        maxLength={10}
        size={10}
        aria-label={label}
        aria-invalid={typed !== null && !allowed(typed)}
        value={typed ?? value}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => event.key === "Enter" && commit()}
      />
      <button
        type="button"
        className="date-open"
        aria-label={label}
        onClick={() => picker.current?.showPicker()}
      >
        <CalendarOutlined />
      </button>
      <input
        ref={picker}
        type="date"
        className="date-picker"
        tabIndex={-1}
        aria-hidden="true"
        value={value}
        min={min}
        max={max}
        onChange={(event) => allowed(event.target.value) && onChange(event.target.value)}
      />
    </span>
  );
}
