import { Button } from "antd";
import { useState } from "react";
import { copyText } from "@/lib/tsv";
import { useText } from "@/lib/use-text";
import "./code.css";

/** SQL, YAML or a formula as it is, with a copy button. */
export function Code({ text, label, maxHeight = 320 }: { text: string; label: string; maxHeight?: number }) {
  const { t } = useText();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    setCopied(await copyText(text));
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <div className="code">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <pre style={{ maxHeight }} role="region" tabIndex={0} aria-label={label}>
        {text}
      </pre>
      <Button size="small" type="text" className="code-copy" onClick={copy}>
        {copied ? t("action.copied") : t("action.copy")}
      </Button>
    </div>
  );
}
