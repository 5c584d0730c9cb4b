/** Values in the address of a page. */

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
