import type { LineageRequest } from "@/api/types";
import { pack, unpack } from "@/lib/url";

/** Search parameter that holds the number whose lineage is open; a link with it opens the drawer. */
export const LINEAGE_PARAM = "number";

export const packLineage: (request: LineageRequest) => string = pack;

/** The request of a link; null when the text is damaged. */
export function unpackLineage(text: string | null): LineageRequest | null {
  const parsed = unpack<LineageRequest>(text);
  return typeof parsed?.metric === "string" && parsed.query && parsed.cell
    ? (parsed as LineageRequest)
    : null;
}
