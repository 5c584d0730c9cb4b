import type { Messages } from "@/lib/messages";

export const rooms = import.meta.glob<Messages>(
  ["../messages/zh-CN.json", "../../{lib,product,features/*}/messages/zh-CN.json"],
  { eager: true, import: "default" },
);
