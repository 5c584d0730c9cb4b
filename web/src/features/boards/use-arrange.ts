import { useState } from "react";
import type { Board, BoardPanel } from "@/api/types";
import { inReadingOrder, moved, placed } from "@/product/board/board";

/** A panel that keeps its identity while it moves. */
export type Item = { id: number; panel: BoardPanel };

export type Arranging = {
  /** The board that is being changed, as it was when that began. */
  base: Board;
  items: Item[];
  move: (id: number, to: number) => void;
  change: (id: number, part: Partial<Pick<BoardPanel, "w" | "title">>) => void;
  remove: (id: number) => void;
};

/** Panels in an order that is being changed; nothing is saved before the caller does. */
export function useArrange() {
  const [state, setState] = useState<{ base: Board; items: Item[] } | null>(null);
  const edit = (change: (items: Item[]) => Item[]) =>
    setState((now) => now && { ...now, items: settled(change(now.items)) });
  const arranging: Arranging | null = state && {
    ...state,
    move: (id, to) => edit((items) => moved(items, indexOf(items, id), to)),
    change: (id, part) =>
      edit((items) => items.map((one) => (one.id === id ? { id, panel: { ...one.panel, ...part } } : one))),
    remove: (id) => edit((items) => items.filter((one) => one.id !== id)),
  };
  return {
    arranging,
    begin: (board: Board) =>
      setState({
        base: board,
        items: settled(inReadingOrder(board.panels).map((panel, id) => ({ id, panel }))),
      }),
    end: () => setState(null),
  };
}

export function indexOf(items: Item[], id: number): number {
  return items.findIndex((one) => one.id === id);
}

function settled(items: Item[]): Item[] {
  const panels = placed(items.map((one) => one.panel));
  return items.map(({ id, panel }, at) => ({ id, panel: panels[at] ?? panel }));
}
