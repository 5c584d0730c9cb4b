import { Button } from "antd";
import { Link } from "react-router";
import { useText } from "@/lib/use-text";
import { EmptyView } from "@/ui/Panel";

type NoDataProps = { title?: string; text?: string };

/** The project is empty: the next step is an import. */
export function NoData({ title, text }: NoDataProps) {
  const { t } = useText();
  return (
    <EmptyView
      title={title ?? t("data.emptyTitle")}
      text={text ?? t("data.emptyText")}
      action={
        <Link to="/data/import">
          <Button type="primary">{t("import.title")}</Button>
        </Link>
      }
    />
  );
}
