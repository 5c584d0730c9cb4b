import { Input, Modal } from "antd";
import { useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { useCatalogue, useDatasets, useSchemes } from "@/api/queries";
import { sharedSearch } from "@/lib/filters";
import { useSearchMatcher } from "@/lib/pinyin";
import { useText } from "@/lib/use-text";

type Command = { key: string; text: string; search: string; kind: string; path: string };
const SHOWN = 12;

/** Goes anywhere by name: pages, metrics, datasets, schemes; names match by pinyin too. */
export default function CommandPalette({ onClose }: { onClose: () => void }) {
  const { t } = useText();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const matches = useSearchMatcher(typed);
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const commands = useCommands();
  const found = commands.filter((command) => typed === "" || matches(command.search, typed)).slice(0, SHOWN);
  const go = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    const shared = sharedSearch(params);
    void navigate(command.path + (command.path.includes("?") ? shared.replace("?", "&") : shared));
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      setAt((now) => Math.max(0, Math.min(found.length - 1, now + step)));
    }
    if (event.key === "Enter") go(found[at]);
  };
  return (
    <Modal
      open
      onCancel={onClose}
      footer={null}
      closable={false}
      title={null}
      width={560}
      aria-label={t("palette.open")}
    >
      <Input
        autoFocus
        size="large"
        value={typed}
        placeholder={t("palette.placeholder")}
        aria-label={t("palette.placeholder")}
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div className="palette-list" role="listbox" id="palette-list" aria-label={t("palette.results")}>
        {found.map((command, index) => (
          <div
            key={command.key}
            className="palette-item"
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            onMouseEnter={() => setAt(index)}
            onClick={() => go(command)}
            onKeyDown={onKeyDown}
          >
            <span>{command.text}</span>
            <span className="muted small">{command.kind}</span>
          </div>
        ))}
        {found.length === 0 && <p className="muted">{t("palette.nothing")}</p>}
      </div>
    </Modal>
  );
}

function useCommands(): Command[] {
  const { t, label } = useText();
  const metrics = useCatalogue().data?.metrics ?? [];
  const datasets = useDatasets().data ?? [];
  const schemes = useSchemes().data ?? [];
  const pages = [
    ["/", t("menu.home")],
    ["/explore", t("menu.explore")],
    ["/metrics", t("menu.metrics")],
    ["/appraisal", t("menu.appraisal")],
    ["/targets", t("menu.targets")],
    ["/data", t("menu.data")],
    ["/data/import", t("import.title")],
    ["/data/imports", t("imports.title")],
  ] as const;
  return [
    ...pages.map(([path, text]) => ({ key: path, path, text, search: text, kind: t("palette.page") })),
    ...metrics.map((metric) => ({
      key: `metric:${metric.name}`,
      path: `/metrics/${metric.name}`,
      text: label(metric.label),
      search: `${metric.label.zh} ${metric.label.en} ${metric.name}`,
      kind: t("palette.metric"),
    })),
    ...datasets.map((dataset) => ({
      key: `dataset:${dataset.name}`,
      path: `/data/datasets/${dataset.name}`,
      text: label(dataset.label),
      search: `${dataset.label.zh} ${dataset.label.en} ${dataset.name}`,
      kind: t("palette.dataset"),
    })),
    ...schemes.map((scheme) => ({
      key: `scheme:${scheme.name}`,
      path: `/appraisal?scheme=${scheme.name}`,
      text: label(scheme.label),
      search: `${scheme.label.zh} ${scheme.label.en} ${scheme.name}`,
      kind: t("palette.scheme"),
    })),
  ];
}
