import type { LineageRequest } from "@/api/types";

/** Search parameter that holds the number whose lineage is open; a link with it opens the drawer. */
export const LINEAGE_PARAM = "number";

/** Packs a lineage request into URL-safe text (base64url of its JSON in UTF-8). */
export function packLineage(request: LineageRequest): string {
  const bytes = new TextEncoder().encode(JSON.stringify(request));
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The request of a link; null when the text is damaged. */
export function unpackLineage(text: string | null): LineageRequest | null {
  if (!text) return null;
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
    const parsed = JSON.parse(new TextDecoder().decode(bytes)) as LineageRequest;
    return typeof parsed.metric === "string" && parsed.query && parsed.cell ? parsed : null;
  } catch {
    return null;
  }
}
