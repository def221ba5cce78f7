import { useMediaQuery } from "@mantine/hooks";
import { IconArrowRight, IconCheck, IconTagOff } from "@tabler/icons-react";
import { useCallback, useRef, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { LastSaid } from "@/parts/answers/LastSaid";
import { Stage } from "@/parts/answers/Stage";
import { Failure } from "@/parts/Failure";
import { Loading } from "@/parts/Loading";
import { Picture } from "@/parts/Picture";
import { wordIn } from "@/parts/taxonomy";
import { useKeys } from "@/parts/useKeys";
import { usePrefetch } from "@/parts/usePrefetch";
import type { Choice } from "../choices";
import type { Labels } from "../useLabels";
import type { Suspect } from "../wire";
import { Keys } from "./Keys";
import { NothingLeft } from "./NothingLeft";
import { Panel } from "./Panel";
import { besideOf } from "./show";
import { useActs } from "./useActs";
import { type Desk, useDesk, type View } from "./useDesk";
import { useSwitch } from "@/parts/answers/useKept";
import { useSingleKeys } from "./useSingleKeys";
import { useSaid } from "./words";
import classes from "./Work.module.css";

const PREFETCHED = 6;

/** One suspect after another, the worst first. */
export function Single({ labels }: { labels: Labels }) {
  const { desk, left, renew } = useDesk(labels);
  if (desk === null) return <Loading />;
  return <AtDesk labels={labels} desk={desk} left={left} renew={renew} />;
}

interface DeskProps {
  labels: Labels;
  desk: Desk;
  left: number | null;
  renew: () => void;
}

function AtDesk({ labels, desk, left, renew }: DeskProps) {
  const view = useSyncExternalStore(desk.subscribe, desk.snapshot);
  const isPhone = useMediaQuery("(max-width: 48em)") ?? false;
  const ahead = view.ahead.slice(0, PREFETCHED);
  usePrefetch(
    ahead.map(({ asset }) => asset),
    isPhone ? 640 : 1280,
  );
  usePrefetch(
    ahead.flatMap(({ neighbours }) => neighbours.map(({ asset }) => asset)),
    320,
  );
  if (view.sheet === null) return <Without labels={labels} desk={desk} view={view} renew={renew} />;
  return <Shown labels={labels} desk={desk} view={view} left={left} isPhone={isPhone} />;
}

interface WithoutProps extends Omit<DeskProps, "left"> {
  view: View;
}

function Without({ labels, desk, view, renew }: WithoutProps) {
  const undo = () => void desk.undo();
  useKeys({ u: undo });
  if (view.status === "failed") return <Failure error={view.error} retry={renew} />;
  if (view.status === "loading") return <Loading />;
  return (
    <div className={classes.empty}>
      <NothingLeft labels={labels} />
      {view.last && <Last view={view} labels={labels} undo={undo} />}
    </div>
  );
}

interface ShownProps extends Omit<DeskProps, "renew"> {
  view: View;
  isPhone: boolean;
}

function Shown({ labels, desk, view, left, isPhone }: ShownProps) {
  const { t } = useTranslation("labels");
  const { tree, choose, filter } = labels;
  const sheet = view.sheet!;
  const { item } = sheet;
  const stage = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const [isZoomed, setZoomed] = useState(false);
  const [isHelping, setHelping] = useState(false);
  const [isSure, switchSure] = useSwitch("sure", false);
  const [isEvident, switchEvident] = useSwitch("evidence", true);
  const toStage = useCallback(() => {
    setZoomed(false);
    stage.current?.focus({ preventScroll: true });
  }, []);
  const acts = useActs({ tree, desk, toStage });
  const zoom = () => setZoomed((now) => !now);
  const help = () => setHelping(true);
  const toGrid = () => choose({ ...filter, reason: undefined, view: "grid" });
  useSingleKeys({
    acts,
    zoom,
    help,
    switchSure,
    switchEvident,
    toGrid,
    find: () => field.current?.focus(),
  });
  const given = wordIn(tree, item.given);
  const proposed = item.proposed === null ? null : wordIn(tree, item.proposed);
  const correct = proposed ?? t("single.not", { given });
  return (
    <div className={classes.single}>
      <div className={classes.left}>
        <div className={classes.stages}>
          <Stage
            ref={stage}
            asset={item.asset}
            label={t("single.picture", { given, proposed: correct })}
            box={isPhone ? 640 : 1280}
            isZoomed={isZoomed}
            zoom={zoom}
            move={acts.move}
            hasBefore={view.hasBefore}
            hasNext={view.ahead.length > 0}
            right={{ word: t("single.keepWord", { given }), say: acts.keep }}
            left={{ word: correct, say: acts.correct }}
          />
          <Beside item={item} labels={labels} />
        </div>
        <div className={classes.last}>
          {view.last && <Last view={view} labels={labels} undo={acts.undo} />}
        </div>
      </div>
      <Panel
        labels={labels}
        sheet={sheet}
        left={left}
        acts={acts}
        field={field}
        toStage={toStage}
        isSure={isSure}
        switchSure={switchSure}
        isEvident={isEvident}
        switchEvident={switchEvident}
        help={help}
      />
      <Keys view="single" opened={isHelping} onClose={() => setHelping(false)} />
    </div>
  );
}

/** The look-alike that was labelled differently. */
function Beside({ item, labels }: { item: Suspect; labels: Labels }) {
  const { t } = useTranslation("labels");
  const other = besideOf(item);
  if (other === null) return null;
  const word = wordIn(labels.tree, other.concept);
  return (
    <figure className={classes.beside}>
      <div className={classes.besidePicture}>
        <Picture
          key={other.asset}
          asset={other.asset}
          box={640}
          alt={t("single.lookAlike", { word })}
          fit="contain"
          eager
        />
      </div>
      <figcaption>{t("single.lookAlike", { word })}</figcaption>
    </figure>
  );
}

const SIGNS: Record<Choice["kind"], typeof IconCheck> = {
  keep: IconCheck,
  correct: IconArrowRight,
  discard: IconTagOff,
};

function Last({ view, labels, undo }: { view: View; labels: Labels; undo: () => void }) {
  const said = useSaid(labels.tree);
  const sheet = view.last;
  if (sheet?.said == null) return null;
  const { choice } = sheet.said;
  return (
    <LastSaid
      asset={sheet.item.asset}
      icon={SIGNS[choice.kind]}
      isYes={choice.kind !== "discard"}
      said={said(sheet.item, choice)}
      undo={undo}
    />
  );
}
