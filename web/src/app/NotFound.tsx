import { Link } from "react-router";
import { EmptyView } from "@/components/Panel";
import { useText } from "@/lib/use-text";

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
