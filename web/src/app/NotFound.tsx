import { Link } from "react-router";
import { useText } from "@/lib/use-text";
import { EmptyView } from "@/ui/Panel";

export function NotFound() {
  const { t } = useText();
  return (
    <EmptyView
      title={t("notFound.title")}
      text={t("notFound.text")}
      action={<Link to="/">{t("notFound.home")}</Link>}
    />
  );
}
