import { useMediaQuery } from "@mantine/hooks";
import { useCallback, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { Failure } from "@/parts/Failure";
import { Loading } from "@/parts/Loading";
import type { Desk, View } from "../desk";
import { KeySheet } from "../KeySheet";
import { Nothing } from "../Nothing";
import { type Choice, optionsOf } from "../options";
import { useKeys } from "@/parts/useKeys";
import { usePrefetch } from "@/parts/usePrefetch";
import { useSwitch } from "@/parts/answers/useKept";
import type { Review } from "../useReview";
import { useAfterLearning } from "../useAfterLearning";
import { LastSaid } from "./LastSaid";
import { Panel } from "./Panel";
import classes from "./Single.module.css";
import { Stage } from "@/parts/answers/Stage";
import { useActs } from "./useActs";
import { useDesk } from "./useDesk";
import { wordIn } from "@/parts/taxonomy";
import { useSingleKeys } from "./useSingleKeys";
import { useGuess } from "./words";

const PREFETCHED = 6;

/** One picture after another. */
export function Single({ review }: { review: Review }) {
  const desk = useDesk(review);
  return desk === null ? <Loading /> : <AtDesk key={review.facet.id} review={review} desk={desk} />;
}

function AtDesk({ review, desk }: { review: Review; desk: Desk }) {
  const view = useSyncExternalStore(desk.subscribe, desk.snapshot);
  const isPhone = useMediaQuery("(max-width: 48em)") ?? false;
  const box = isPhone ? 640 : 1280;
  usePrefetch(
    view.ahead.slice(0, PREFETCHED).map(({ asset }) => asset),
    box,
  );
  useAfterLearning(review.waiting.model, () => void desk.renew());
  if (view.sheet === null) return <Without review={review} desk={desk} view={view} />;
  return <Shown review={review} desk={desk} view={view} isPhone={isPhone} />;
}

function Without({ review, desk, view }: { review: Review; desk: Desk; view: View }) {
  const renew = () => void desk.renew();
  const undo = () => void desk.undo();
  useKeys({ u: undo });
  if (view.status === "failed") return <Failure error={view.error} retry={renew} />;
  if (view.status === "loading") return <Loading />;
  return (
    <div className={classes.empty}>
      <Nothing review={review} again={renew} />
      {view.last && <LastSaid sheet={view.last} review={review} undo={undo} />}
    </div>
  );
}

interface ShownProps {
  review: Review;
  desk: Desk;
  view: View;
  isPhone: boolean;
}

function Shown({ review, desk, view, isPhone }: ShownProps) {
  const { t } = useTranslation("review");
  const { tree, facet } = review;
  const guess = useGuess(tree);
  const sheet = view.sheet!;
  const stage = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const [isZoomed, setZoomed] = useState(false);
  const [isHelping, setHelping] = useState(false);
  const [isSure, switchSure] = useSwitch("sure", false);
  const [isEvident, switchEvident] = useSwitch("evidence", true);
  const offered = useCallback(
    (some: View) => (some.sheet ? optionsOf(some.sheet.item, tree, facet.id) : []),
    [tree, facet],
  );
  const options = useMemo(() => offered(view), [offered, view]);
  const toStage = useCallback(() => {
    setZoomed(false);
    stage.current?.focus({ preventScroll: true });
  }, []);
  const acts = useActs({ review, desk, options, offered, toStage });
  const zoom = () => setZoomed((now) => !now);
  useSingleKeys({
    acts,
    options,
    find: () => field.current?.focus(),
    zoom,
    help: () => setHelping(true),
    switchSure,
    switchEvident,
    toGrid: () => review.choose({ mode: "grid", concept: undefined }),
  });
  const first = options[0];
  const word = first ? wordIn(tree, first.concept) : "";
  const swiped = (choice: Choice | null) => choice && acts.say(choice);
  return (
    <div className={classes.single}>
      <div className={classes.left}>
        <Stage
          ref={stage}
          asset={sheet.item.asset}
          label={t("picture", { guess: guess(options) })}
          box={isPhone ? 640 : 1280}
          isZoomed={isZoomed}
          zoom={zoom}
          move={acts.move}
          hasBefore={view.hasBefore}
          hasNext={view.ahead.length > 0}
          right={{
            word: t("yes", { word }),
            say: () => swiped(first ? { kind: "is", concepts: [first.concept] } : null),
          }}
          left={{
            word: t("no", { word }),
            say: () => swiped(first ? { kind: "not", concept: first.concept } : { kind: "none" }),
          }}
        />
        <div className={classes.last}>
          {view.last && <LastSaid sheet={view.last} review={review} undo={acts.undo} />}
        </div>
      </div>
      <Panel
        review={review}
        sheet={sheet}
        options={options}
        acts={acts}
        field={field}
        toStage={toStage}
        isSure={isSure}
        switchSure={switchSure}
        isEvident={isEvident && !isPhone}
        switchEvident={switchEvident}
        help={() => setHelping(true)}
      />
      <KeySheet mode="single" opened={isHelping} onClose={() => setHelping(false)} />
    </div>
  );
}
