import { COMPUTED_PARAM } from "@/product/computed/computed";
import { LINEAGE_PARAM } from "@/product/lineage/lineage-link";
import { WHY_PARAM } from "./why-link";

/** Takes what is open over a page out of its address. */
export function closeAll(params: URLSearchParams): void {
  for (const name of [COMPUTED_PARAM, LINEAGE_PARAM, WHY_PARAM]) params.delete(name);
}
