/** Boards: saved pages of panels. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api, dataOf, done } from "@/api/client";
import type { Board, BoardDraft } from "@/api/types";
import { ProblemError } from "@/lib/problem";

const KEY = ["boards"] as const;

export function useBoards() {
  return useQuery({
    queryKey: KEY,
    queryFn: () => dataOf(api.GET("/boards")),
    select: (body) => body.boards,
  });
}

/** A board by its link: the last version or an older one. */
export function useBoard(link: string, version: number | null = null) {
  return useQuery({
    queryKey: [...KEY, link, version],
    queryFn: () => findBoard(link, version),
  });
}

/** A board as it is now, past everything kept in this browser. */
function findBoard(link: string, version: number | null = null): Promise<Board> {
  return dataOf(
    api.GET("/boards/{link}", { params: { path: { link }, query: version === null ? {} : { version } } }),
  );
}

/** All versions, newest first. */
export function useBoardVersions(link: string) {
  return useQuery({
    queryKey: [...KEY, link, "versions"],
    queryFn: () => dataOf(api.GET("/boards/{link}/versions", { params: { path: { link } } })),
    select: (body) => body.boards,
  });
}

/** When a board was last written to a file by itself, and when it will be. */
export function useBoardExports(link: string) {
  return useQuery({
    queryKey: [...KEY, link, "exports"],
    queryFn: () => dataOf(api.GET("/boards/{link}/exports", { params: { path: { link } } })),
  });
}

export function useCreateBoard() {
  const onSuccess = useKeepBoard();
  return useMutation({
    mutationFn: (draft: Pick<BoardDraft, "name" | "panels">) =>
      dataOf(
        api.POST("/boards", {
          body: { ...draft, name: draft.name.trim(), owner: "", export: null, version: null },
        }),
      ),
    onSuccess,
  });
}

/** Saves the next version of a board; refused when it changed since the draft's version. */
export function useSaveBoard(link: string) {
  const onSuccess = useKeepBoard();
  return useMutation({ mutationFn: (draft: BoardDraft) => saveBoard(link, draft), onSuccess });
}

type Change = (board: Board) => Partial<Omit<BoardDraft, "version">>;

/** Changes the board as it is now: for changes that fit any version, so that another save in between is no conflict. */
export function useChangeBoard() {
  const onSuccess = useKeepBoard();
  return useMutation({
    mutationFn: ({ link, change }: { link: string; change: Change }) => changeBoard(link, change),
    onSuccess,
  });
}

async function changeBoard(link: string, change: Change): Promise<Board> {
  const save = async () => {
    const board = await findBoard(link);
    return saveBoard(link, { ...draftOf(board), ...change(board) });
  };
  try {
    return await save();
  } catch (error) {
    if (isBoardConflict(error)) return save();
    throw error;
  }
}

function useKeepBoard() {
  const client = useQueryClient();
  return (board: Board) => {
    client.setQueryData([...KEY, board.link, null], board);
    return client.invalidateQueries({ queryKey: KEY });
  };
}

function saveBoard(link: string, draft: BoardDraft): Promise<Board> {
  return dataOf(api.PUT("/boards/{link}", { params: { path: { link } }, body: draft }));
}

export function useDeleteBoard() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (link: string) => done(api.DELETE("/boards/{link}", { params: { path: { link } } })),
    onSuccess: () => client.invalidateQueries({ queryKey: KEY, exact: true }),
  });
}

/** Whether a save was refused because somebody else saved meanwhile. */
export function isBoardConflict(error: unknown): boolean {
  return error instanceof ProblemError && error.problem.code === "board-changed";
}

/** A board as a draft that changes nothing. */
export function draftOf({ name, owner, panels, export: plan, version }: Board): BoardDraft {
  return { name, owner, panels, export: plan, version };
}
