import { Button, Input } from "antd";
import { useEffect, useRef, useState } from "react";
import type { BoardPanel } from "@/api/types";
import { useText } from "@/lib/use-text";
import { COLUMNS, MAX_NAME, WIDTHS } from "@/product/board/board";
import { useWidthName, WidthSelect } from "@/product/board/WidthSelect";
import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, HolderOutlined } from "@/ui/icons";
import { placeOf, usePanelTitle } from "./BoardTile";
import { PanelBody, usePanelQuestion } from "./PanelBody";
import { type Arranging, type Item, indexOf } from "./use-arrange";

/** The grid while its order and widths are changed, by mouse, touch or keyboard. */
export function ArrangeGrid({ arranging }: { arranging: Arranging }) {
  const { t } = useText();
  const { items } = arranging;
  const grid = useRef<HTMLDivElement>(null);
  const [said, setSaid] = useState("");
  const [held, setHeld] = useState<number | null>(null);
  const [focused, setFocused] = useState<{ id: number } | null>(null);
  const widthName = useWidthName();
  const titleOf = usePanelTitle();

  // Moving a panel in the document takes the focus off its handle.
  useEffect(() => {
    if (focused) grid.current?.querySelector<HTMLElement>(`[data-handle="${focused.id}"]`)?.focus();
  }, [focused]);

  const move = (item: Item, to: number) => {
    const at = Math.max(0, Math.min(items.length - 1, to));
    arranging.move(item.id, at);
    setSaid(t("board.movedTo", { title: titleOf(item.panel), at: at + 1, of: items.length }));
  };
  const resize = (item: Item, width: number) => {
    arranging.change(item.id, { w: width });
    setSaid(t("board.widthIs", { title: titleOf(item.panel), width: widthName(width) }));
  };
  const remove = (item: Item) => {
    arranging.remove(item.id);
    setSaid(t("board.removed", { title: titleOf(item.panel) }));
  };
  const onKey = (event: React.KeyboardEvent, item: Item) => {
    const at = indexOf(items, item.id);
    const to = { ArrowLeft: at - 1, ArrowUp: at - 1, ArrowRight: at + 1, ArrowDown: at + 1 }[event.key];
    const wider = { "+": 1, "=": 1, "-": -1 }[event.key];
    if (to === undefined && wider === undefined) return;
    event.preventDefault();
    if (to !== undefined) move(item, to);
    if (wider !== undefined) resize(item, nextWidth(item.panel.w, wider));
    setFocused({ id: item.id });
  };
  const drop = (item: Item) => {
    const from = items.find((one) => one.id === held);
    if (from) move(from, indexOf(items, item.id));
    setHeld(null);
  };
  return (
    <>
      <p className="muted small" id="arrange-help">
        {t("board.arrangeHelp")}
      </p>
      <p className="visually-hidden" aria-live="assertive">
        {said}
      </p>
      <div className="board-grid board-arranging" ref={grid}>
        {items.map((item, at) => (
          <ArrangeTile
            key={item.id}
            item={item}
            first={at === 0}
            last={at === items.length - 1}
            held={held === item.id}
            onHold={setHeld}
            onDrop={() => drop(item)}
            onKey={(event) => onKey(event, item)}
            onMove={(step) => move(item, at + step)}
            onWidth={(width) => resize(item, width)}
            onTitle={(title) => arranging.change(item.id, { title })}
            onRemove={() => remove(item)}
          />
        ))}
      </div>
    </>
  );
}

/** The next width on offer in one direction; the same at the end. */
function nextWidth(width: number, step: number): number {
  const next = step > 0 ? WIDTHS.find((one) => one > width) : WIDTHS.findLast((one) => one < width);
  return next ?? (step > 0 ? COLUMNS : WIDTHS[0]);
}

type TileProps = {
  item: Item;
  first: boolean;
  last: boolean;
  held: boolean;
  onHold: (id: number | null) => void;
  onDrop: () => void;
  onKey: (event: React.KeyboardEvent) => void;
  onMove: (step: number) => void;
  onWidth: (width: number) => void;
  onTitle: (title: string) => void;
  onRemove: () => void;
};

function ArrangeTile(props: TileProps) {
  const { item, first, last, held, onHold, onDrop, onMove } = props;
  const { t } = useText();
  const title = usePanelTitle()(item.panel);
  const [over, setOver] = useState(false);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the handle and the buttons do the same by keyboard
    <div
      className={`board-tile${held ? " board-tile-held" : ""}${over ? " board-tile-over" : ""}`}
      style={placeOf(item.panel)}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        onDrop();
      }}
    >
      <div className="board-tools">
        <button
          type="button"
          className="board-handle"
          draggable
          data-handle={item.id}
          aria-label={t("board.handle", { title })}
          aria-describedby="arrange-help"
          onDragStart={() => onHold(item.id)}
          onDragEnd={() => onHold(null)}
          onKeyDown={props.onKey}
        >
          <HolderOutlined />
        </button>
        <Button
          size="small"
          type="text"
          icon={<ArrowUpOutlined />}
          disabled={first}
          aria-label={t("board.earlier", { title })}
          onClick={() => onMove(-1)}
        />
        <Button
          size="small"
          type="text"
          icon={<ArrowDownOutlined />}
          disabled={last}
          aria-label={t("board.later", { title })}
          onClick={() => onMove(1)}
        />
        <span className="board-width">
          <WidthSelect
            small
            value={item.panel.w}
            onChange={props.onWidth}
            label={t("board.widthOf", { title })}
          />
        </span>
        <span className="spacer" />
        <Button
          size="small"
          type="text"
          danger
          icon={<DeleteOutlined />}
          aria-label={t("board.remove", { title })}
          onClick={props.onRemove}
        />
      </div>
      <Input
        className="board-title-input"
        size="small"
        maxLength={MAX_NAME}
        value={item.panel.title}
        placeholder={title}
        aria-label={t("board.titleOf", { title })}
        onChange={(event) => props.onTitle(event.target.value)}
      />
      <Preview panel={item.panel} title={title} />
    </div>
  );
}

function Preview({ panel, title }: { panel: BoardPanel; title: string }) {
  const question = usePanelQuestion(panel);
  return (
    <div className="board-preview" inert>
      <PanelBody panel={panel} title={title} question={question} />
    </div>
  );
}
