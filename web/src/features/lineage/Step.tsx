import { type ReactNode, useState } from "react";

/** One step of the rail; opens in place. */
export function Step({
  name,
  folded = false,
  children,
}: {
  name: string;
  folded?: boolean;
  children: ReactNode;
}) {
  const [open, setOpen] = useState(!folded);
  return (
    <li className="rail-step">
      <button type="button" className="rail-name" aria-expanded={open} onClick={() => setOpen(!open)}>
        {name}
        <span aria-hidden="true" className="muted">
          {open ? "−" : "+"}
        </span>
      </button>
      {open && <div className="rail-body">{children}</div>}
    </li>
  );
}
