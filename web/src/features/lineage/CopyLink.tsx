import { Button } from "antd";
import { useState } from "react";
import { copyText } from "@/lib/tsv";
import { useText } from "@/lib/use-text";
import { LinkOutlined } from "@/ui/icons";

/** Copies the address of the page with what is open over it. */
export function CopyLink() {
  const { t } = useText();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    setCopied(await copyText(window.location.href));
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <Button size="small" icon={<LinkOutlined />} onClick={copy}>
      {copied ? t("action.copied") : t("lineage.copyLink")}
    </Button>
  );
}
