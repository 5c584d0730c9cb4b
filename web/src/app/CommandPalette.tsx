import { Input, Modal } from "antd";
import { useEffect, useState } from "react";
import { usePinyin } from "@/lib/pinyin";
import { useText } from "@/lib/use-text";
import { Mark } from "@/ui/Mark";
import { type Command, readRecent, rememberUse, sectionsOf } from "./palette";
import { useCommands } from "./use-commands";

/** Does and reaches everything by name: actions, pages, boards, metrics; names match by pinyin too. */
export default function CommandPalette({ onClose }: { onClose: () => void }) {
  const { t } = useText();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const [onlyPeriods, setOnlyPeriods] = useState(false);
  const [recent] = useState(readRecent);
  const commands = useCommands(typed, () => {
    setOnlyPeriods(true);
    type("");
  });
  const pinyin = usePinyin(typed);
  const sections = onlyPeriods
    ? periodsOf(commands, typed, pinyin)
    : sectionsOf(commands, typed, recent, pinyin);
  const found = sections.flatMap((section) => section.commands);
  const active = found[at];
  useEffect(() => {
    if (active) document.getElementById(idOf(active))?.scrollIntoView({ block: "nearest" });
  }, [active]);

  const type = (text: string) => {
    setTyped(text);
    setAt(0);
  };
  const run = (command: Command | undefined) => {
    if (!command) return;
    if (!command.stays) {
      rememberUse(command.key);
      onClose();
    }
    command.run();
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    // An input method is still composing: its keys are not ours.
    if (event.nativeEvent.isComposing) return;
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 8, PageUp: at - 8 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      setAt(Math.max(0, Math.min(found.length - 1, to)));
    }
    if (event.key === "Enter") run(active);
    if (event.key === "Backspace" && typed === "") setOnlyPeriods(false);
  };
  return (
    <Modal
      open
      onCancel={onClose}
      footer={null}
      closable={false}
      title={<span className="visually-hidden">{t("palette.open")}</span>}
      styles={{ header: { margin: 0 } }}
      width={560}
      style={{ top: 80 }}
    >
      <Input
        autoFocus
        size="large"
        value={typed}
        prefix={onlyPeriods ? <Mark>{t("filter.period")}</Mark> : undefined}
        placeholder={t(onlyPeriods ? "palette.placeholderPeriod" : "palette.placeholder")}
        aria-label={t("palette.placeholder")}
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={active && idOf(active)}
        onChange={(event) => type(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <div className="palette-list" role="listbox" id="palette-list" aria-label={t("palette.results")}>
        {sections.map(({ group, commands: own }) => (
          <div key={group} role="group" aria-label={t(`paletteGroup.${group}`)}>
            <div className="palette-group" aria-hidden="true">
              {t(`paletteGroup.${group}`)}
            </div>
            {own.map((command) => (
              <div
                key={command.key}
                id={idOf(command)}
                className="palette-item"
                role="option"
                tabIndex={-1}
                aria-selected={command === active}
                onMouseMove={() => setAt(found.indexOf(command))}
                onClick={() => run(command)}
                onKeyDown={onKeyDown}
              >
                <span>{command.text}</span>
                {group === "recent" && (
                  <span className="muted small">{t(`paletteGroup.${command.group}`)}</span>
                )}
              </div>
            ))}
          </div>
        ))}
      </div>
      {found.length === 0 && (
        <p className="muted" role="status">
          {t("palette.nothing")}
        </p>
      )}
    </Modal>
  );
}

function periodsOf(commands: Command[], typed: string, pinyin: ReturnType<typeof usePinyin>) {
  const periods = commands.filter((command) => command.group === "period");
  return typed === ""
    ? [{ group: "period" as const, commands: periods }]
    : sectionsOf(periods, typed, [], pinyin);
}

function idOf(command: Command): string {
  return `command-${command.key}`;
}
