import type { LineageRequest } from "@/api/types";

/** Search parameter that holds the number whose lineage is open; a link with it opens the drawer. */
export const LINEAGE_PARAM = "number";

/** Packs a value into URL-safe text (base64url of its JSON in UTF-8). */
export function pack(value: unknown): string {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The value of packed text; null when the text is damaged. */
export function unpack<T>(text: string | null): Partial<T> | null {
  if (!text) return null;
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
    const parsed: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof parsed === "object" ? (parsed as Partial<T> | null) : null;
  } catch {
    return null;
  }
}

export const packLineage: (request: LineageRequest) => string = pack;

/** The request of a link; null when the text is damaged. */
export function unpackLineage(text: string | null): LineageRequest | null {
  const parsed = unpack<LineageRequest>(text);
  return typeof parsed?.metric === "string" && parsed.query && parsed.cell
    ? (parsed as LineageRequest)
    : null;
}
