import { Button, Input } from "antd";
import { useState } from "react";
import type { PresetOffer } from "@/api/types";
import { useText } from "@/lib/use-text";
import { ProblemView } from "@/ui/ProblemView";
import { useCreateSource } from "../api";

type PresetOffersProps = {
  offers: PresetOffer[];
  onUse: (source: string, dataset: string) => void;
};

/** Well-known exports whose headers the file has; using one adds its definition to the project. */
export function PresetOffers({ offers, onUse }: PresetOffersProps) {
  const { t, label } = useText();
  const [store, setStore] = useState("");
  const create = useCreateSource();
  const needsStore = offers.some((offer) => offer.preset.needs_store);
  return (
    <div className="wizard-presets" role="status">
      {offers.map((offer) => (
        <div key={`${offer.preset.name} ${offer.dataset}`} className="wizard-option">
          <span>
            {t("wizard.looksLike", {
              name: label(offer.preset.label),
              known: offer.known,
              of: offer.of,
              month: offer.preset.as_of,
            })}
          </span>
          <Button
            size="small"
            loading={create.isPending}
            disabled={offer.preset.needs_store && store.trim() === ""}
            onClick={() =>
              create.mutate(
                {
                  preset: offer.preset.name,
                  name: null,
                  store: offer.preset.needs_store ? store.trim() : null,
                },
                { onSuccess: (added) => onUse(added.name, offer.dataset) },
              )
            }
          >
            {t("wizard.usePreset")}
          </Button>
        </div>
      ))}
      {needsStore && (
        <Input
          size="small"
          style={{ maxWidth: 240 }}
          aria-label={t("wizard.presetStore")}
          placeholder={t("wizard.presetStore")}
          value={store}
          onChange={(event) => setStore(event.target.value)}
        />
      )}
      {create.isError && <ProblemView error={create.error} />}
    </div>
  );
}
