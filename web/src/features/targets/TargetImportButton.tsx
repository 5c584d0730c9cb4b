import { useMutation } from "@tanstack/react-query";
import { Button, Modal } from "antd";
import { useRef } from "react";
import { useChanged } from "@/api/changes";
import { postFile } from "@/api/client";
import type { TargetImport } from "@/api/types";
import { serverText } from "@/lib/server-text";
import { useText } from "@/lib/use-text";
import { DataTable } from "@/ui/DataTable";
import { CloudUploadOutlined } from "@/ui/icons";
import { ProblemView } from "@/ui/ProblemView";

/** Imports a filled template; refused rows are listed with line and reason. */
export function TargetImportButton() {
  const { t } = useText();
  const onSuccess = useChanged("targets");
  const field = useRef<HTMLInputElement>(null);
  const load = useMutation({
    mutationFn: (file: File) => postFile("/targets/import", file),
    onSuccess,
  });
  const close = () => load.reset();
  return (
    <>
      <Button icon={<CloudUploadOutlined />} loading={load.isPending} onClick={() => field.current?.click()}>
        {t("targets.import")}
      </Button>
      <input
        ref={field}
        type="file"
        hidden
        accept=".xlsx,.csv"
        aria-label={t("targets.import")}
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file) load.mutate(file);
          event.target.value = "";
        }}
      />
      <Modal
        open={load.isSuccess || load.isError}
        title={t("targets.import")}
        onCancel={close}
        onOk={close}
        cancelButtonProps={{ style: { display: "none" } }}
        width={720}
      >
        {load.isError && <ProblemView error={load.error} />}
        {load.data && <Outcome outcome={load.data} />}
      </Modal>
    </>
  );
}

function Outcome({ outcome }: { outcome: TargetImport }) {
  const { t } = useText();
  return (
    <>
      <p>{t("targets.imported", { accepted: outcome.accepted, rejected: outcome.rejected.length })}</p>
      {outcome.rejected.length > 0 && (
        <DataTable
          caption={t("targets.rejected")}
          rows={outcome.rejected}
          rowKey={(one, index) => `${one.line}:${index}`}
          maxHeight={320}
          columns={[
            { key: "line", title: t("report.line"), align: "right", value: (one) => one.line, width: 64 },
            { key: "column", title: t("data.column"), value: (one) => one.column },
            { key: "value", title: t("report.value"), value: (one) => one.value },
            { key: "reason", title: t("report.reason"), value: (one) => serverText(one.reason) },
          ]}
        />
      )}
    </>
  );
}
