/** The words of all rooms, merged: each says its own, and no key twice. */
import type analysis from "@/features/analysis/messages/zh-CN.json";
import type appraisal from "@/features/appraisal/messages/zh-CN.json";
import type boards from "@/features/boards/messages/zh-CN.json";
import type data from "@/features/data/messages/zh-CN.json";
import type home from "@/features/home/messages/zh-CN.json";
import type lineage from "@/features/lineage/messages/zh-CN.json";
import type metrics from "@/features/metrics/messages/zh-CN.json";
import type reconcile from "@/features/reconcile/messages/zh-CN.json";
import type targets from "@/features/targets/messages/zh-CN.json";
import type why from "@/features/why/messages/zh-CN.json";
import type { Locale } from "@/lib/format";
import { type Messages, merged } from "@/lib/messages";
import type shared from "@/lib/messages/zh-CN.json";
import type product from "@/product/messages/zh-CN.json";
import type app from "../messages/zh-CN.json";

type Words = typeof shared &
  typeof product &
  typeof analysis &
  typeof appraisal &
  typeof boards &
  typeof data &
  typeof home &
  typeof lineage &
  typeof metrics &
  typeof reconcile &
  typeof targets &
  typeof why &
  typeof app;

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: Words };
    returnNull: false;
  }
}

/** One chunk per language. */
const loaders = {
  "zh-CN": () => import("./zh-CN"),
  en: () => import("./en"),
};

export async function wordsOf(locale: Locale): Promise<Messages> {
  const { rooms } = await loaders[locale]();
  return Object.values(rooms).reduce(merged, {});
}
