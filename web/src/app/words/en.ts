import type { Messages } from "@/lib/messages";

export const rooms = import.meta.glob<Messages>(
  ["../messages/en.json", "../../{lib,product,features/*}/messages/en.json"],
  { eager: true, import: "default" },
);
