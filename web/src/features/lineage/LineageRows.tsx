import { Button } from "antd";
import { useState } from "react";
import { download } from "@/api/client";
import type { DerivedRow, LineageInput, LineageRequest } from "@/api/types";
import { formatInteger } from "@/lib/format";
import { useText } from "@/lib/use-text";
import { RowsTable } from "@/product/lineage/RowsTable";
import { Pager } from "@/ui/DataTable";
import { DownloadOutlined } from "@/ui/icons";
import { EmptyView, Panel } from "@/ui/Panel";
import { ProblemView } from "@/ui/ProblemView";
import { useLineageRows, useOrigin } from "./api";

const PAGE = 50;

/** The rows inside an input's filters and window, page by page, each with the file and line it came from. */
export function LineageRows({ request, input }: { request: LineageRequest; input: LineageInput }) {
  const { t } = useText();
  const [offset, setOffset] = useState(0);
  const [opened, setOpened] = useState<DerivedRow | null>(null);
  const rows = useLineageRows(request, input.metric, offset, PAGE);
  return (
    <>
      <Panel
        query={rows}
        height={200}
        isEmpty={(page) => page.total === 0}
        empty={<EmptyView title={t("lineage.noRows")} text={t("lineage.noRowsWhy")} />}
      >
        {(page) => (
          <>
            <RowsTable
              page={page}
              caption={t("lineage.rows")}
              maxHeight={320}
              onOpenDerived={setOpened}
              tools={<ExportRows request={request} input={input} total={page.total} />}
            />
            <Pager first={offset} size={PAGE} total={page.total} onMove={setOffset} />
          </>
        )}
      </Panel>
      {opened && <OriginLines derived={opened} onClose={() => setOpened(null)} />}
    </>
  );
}

type ExportProps = { request: LineageRequest; input: LineageInput; total: number };

function ExportRows({ request, input, total }: ExportProps) {
  const { t, locale } = useText();
  const [failure, setFailure] = useState<unknown>(null);
  const save = async () => {
    setFailure(null);
    try {
      await download("/lineage/rows.csv", { ...request, input: input.metric }, `${input.metric}.csv`);
    } catch (error) {
      setFailure(error);
    }
  };
  return (
    <>
      <span className="muted small">
        {t("lineage.rowCount", { count: total, text: formatInteger(total, locale) })}
      </span>
      <Button size="small" type="text" icon={<DownloadOutlined />} onClick={save}>
        {t("lineage.exportRows")}
      </Button>
      {failure !== null && <ProblemView error={failure} />}
    </>
  );
}

/** The lines of the files that a derived row was made of. */
function OriginLines({ derived, onClose }: { derived: DerivedRow; onClose: () => void }) {
  const { t } = useText();
  const [offset, setOffset] = useState(0);
  const lines = useOrigin(derived, offset, PAGE);
  const key = Object.values(derived.key).join(" · ");
  return (
    <section className="origin" aria-label={t("lineage.origin", { key })}>
      <div className="row">
        <b>{t("lineage.origin", { key })}</b>
        <span className="spacer" />
        <Button size="small" type="text" onClick={onClose}>
          {t("action.close")}
        </Button>
      </div>
      <Panel query={lines} height={96}>
        {(page) => (
          <>
            <RowsTable page={page} caption={t("lineage.origin", { key })} maxHeight={240} />
            {page.total > PAGE && <Pager first={offset} size={PAGE} total={page.total} onMove={setOffset} />}
          </>
        )}
      </Panel>
    </section>
  );
}
