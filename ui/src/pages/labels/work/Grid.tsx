import { Button } from "@mantine/core";
import { IconLayoutGrid } from "@tabler/icons-react";
import { type CSSProperties, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { usePageSize } from "@/parts/answers/usePageSize";
import { Empty } from "@/parts/Empty";
import { Loading } from "@/parts/Loading";
import { type Labels, only } from "../useLabels";
import { NothingLeft } from "./NothingLeft";
import { Sheet } from "./Sheet";
import { SwapList } from "./SwapList";
import { idOfSwap, swapAt, swapsIn } from "./swaps";
import { usePile } from "./usePile";
import classes from "./Work.module.css";

/** One swap at a time, over many pictures. */
export function Grid({ labels }: { labels: Labels }) {
  const { report, filter, choose } = labels;
  const swaps = swapsIn(report, { facet: filter.facet });
  const swap = swapAt(swapsIn(report, filter), filter);
  const [place, size] = usePageSize();
  const { pile, renew } = usePile(labels, swap, size?.pictures);
  const { facet, given } = swap ?? {};
  const proposed = swap?.proposed ?? undefined;
  const isNamed = filter.facet === facet && filter.given === given && filter.proposed === proposed;
  useEffect(() => {
    // Numbers change the order of the list: what is being looked at stays.
    if (!isNamed) choose({ facet, given, proposed });
  }, [isNamed, facet, given, proposed, choose]);
  return (
    <div
      ref={place}
      className={swap === null ? classes.empty : classes.grid}
      style={{ "--columns": size?.columns ?? 3 } as CSSProperties}
    >
      {swap === null ? (
        <Without labels={labels} />
      ) : (
        <>
          <SwapList labels={labels} swaps={swaps} swap={swap} />
          {pile === null ? (
            <Loading />
          ) : (
            <Sheet
              key={idOfSwap(swap)}
              labels={labels}
              swaps={swaps}
              swap={swap}
              pile={pile}
              renew={renew}
            />
          )}
        </>
      )}
    </div>
  );
}

/** What does not look like anything else can only be gone through one by one. */
function Without({ labels }: { labels: Labels }) {
  const { t } = useTranslation("labels");
  if (labels.report.waiting === 0) return <NothingLeft labels={labels} />;
  return (
    <Empty icon={IconLayoutGrid} title={t("empty.noSwaps.title")} text={t("empty.noSwaps.text")}>
      <Button onClick={() => labels.choose({ ...only({}), view: "single" })}>
        {t("summary.single")}
      </Button>
    </Empty>
  );
}
