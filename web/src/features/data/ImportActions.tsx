import { Button, Modal } from "antd";
import { useState } from "react";
import { API_BASE } from "@/api/client";
import type { Import } from "@/api/types";
import { formatInteger } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { useDatasetName } from "@/product/catalogue/names";
import { UndoOutlined } from "@/ui/icons";
import { ProblemView } from "@/ui/ProblemView";
import { useUndoImport } from "./api";

/** Downloads the refused lines with their reasons. */
export function RejectsLink({ id, text }: { id: number; text: string }) {
  const { t } = useText();
  return (
    <a href={`${API_BASE}/imports/${id}/rejects.csv`} download title={t("imports.rejectsFile")}>
      {text}
    </a>
  );
}

/** Takes an import back after saying what that changes. */
export function UndoButton({ item, small = false }: { item: Import; small?: boolean }) {
  const { t, locale, list } = useText();
  const datasetName = useDatasetName();
  const [asking, setAsking] = useState(false);
  const undo = useUndoImport();
  return (
    <>
      <Button
        size={small ? "small" : "middle"}
        type={small ? "text" : "default"}
        icon={<UndoOutlined />}
        onClick={() => setAsking(true)}
      >
        {t("imports.undo")}
      </Button>
      <Modal
        open={asking}
        title={t("imports.undoTitle", { file: item.file_name })}
        okText={t("imports.undo")}
        okButtonProps={{ danger: true }}
        confirmLoading={undo.isPending}
        onCancel={() => setAsking(false)}
        onOk={() => undo.mutate(item.id, { onSuccess: () => setAsking(false) })}
      >
        <p>
          {t("imports.undoText", {
            added: formatInteger(item.new_rows, locale),
            replaced: formatInteger(item.replaced, locale),
          })}
        </p>
        {item.derived.length > 0 && (
          <p>{t("imports.undoDerived", { datasets: list(item.derived.map(datasetName)) })}</p>
        )}
        {undo.isError && <ProblemView error={undo.error} />}
      </Modal>
    </>
  );
}
