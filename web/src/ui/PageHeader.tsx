import { type ReactNode, useEffect } from "react";
import { useText } from "@/lib/use-text";
import "./page.css";

type PageHeaderProps = { title: string; trail?: ReactNode; aside?: ReactNode; actions?: ReactNode };

/** Title line of a page: where we are, how fresh the data are, what can be done. */
export function PageHeader({ title, trail, aside, actions }: PageHeaderProps) {
  const { t } = useText();
  useEffect(() => {
    document.title = `${title} · ${t("app.name")}`;
  }, [title, t]);
  return (
    <header className="page-header">
      <div className="page-title">
        {trail && <div className="page-trail">{trail}</div>}
        <h1>{title}</h1>
      </div>
      <div className="page-aside">{aside}</div>
      <div className="page-actions">{actions}</div>
    </header>
  );
}

/** A part of a page: hairline above, small heading, content. */
export function Section({
  title,
  extra,
  children,
}: {
  title: string;
  extra?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="section">
      <div className="section-head">
        <h2>{title}</h2>
        <div className="section-extra">{extra}</div>
      </div>
      {children}
    </section>
  );
}
