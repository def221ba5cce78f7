import { useMediaQuery, useReducedMotion } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import type { MapGroupOut, MapOut } from "@/api/schema";
import { useRoom } from "@/pages/library/useRoom";
import { Failure } from "@/parts/Failure";
import { count } from "@/parts/numbers";
import { Chart } from "./Chart";
import { ChoicePane } from "./ChoicePane";
import { type Choice, NOTHING } from "./choice";
import { Head } from "./Head";
import { Legend } from "./Legend";
import { type Colouring, isColouring, shownOf } from "./legend";
import classes from "./Map.module.css";
import { MapJobs } from "./MapJobs";
import { Overview } from "./Overview";
import { membersOf, type Points } from "./points";
import { coloursQuery, type Known } from "./queries";
import type { Scene } from "./scene";
import type { MapSearch } from "./search";
import { Surface } from "./Surface";
import { Tools } from "./Tools";
import { useColouring } from "./useColouring";
import { useFacet } from "./useFacet";
import type { Mode } from "./useGestures";
import { useMapLetters } from "./useMapLetters";

interface Props {
  map: MapOut;
  maps: readonly MapOut[];
  points: Points;
  search: MapSearch;
  onSearch: (change: MapSearch) => void;
}

const NONE_OFF: ReadonlySet<number> = new Set();
const WIDE = "(min-width: 62em)";

/** The map with its tools, and beside it what is chosen or where work is worth most. */
export function Desk({ map, maps, points, search, onSearch }: Props) {
  const { t } = useTranslation("map");
  const isCalm = useReducedMotion();
  const isWide = useMediaQuery(WIDE, true, { getInitialValueInEffect: false });
  const [room, height] = useRoom();
  const [scene, setScene] = useState<Scene | null>(null);
  const [mode, setMode] = useState<Mode>("move");
  const [hasPictures, setPictures] = useState(true);
  const [choice, setChoice] = useState<Choice>(NOTHING);
  const [last, setLast] = useState<number | null>(null);
  const { facet, tree, all } = useFacet(map, search);
  const by = byOf(search, facet !== undefined);
  const { painted, error } = useColouring(map, points, by, facet);
  const tags = useQuery({
    ...coloursQuery(map.id, "tag", facet),
    enabled: facet !== undefined,
  }).data;
  const [off, setOff] = useOff(by);
  const shown = useMemo(
    () => shownOf(painted?.codes ?? new Int32Array(points.n), off, points),
    [painted, off, points],
  );
  useEffect(() => {
    if (painted) scene?.paint(painted, shown, painted.scheme);
  }, [scene, painted, shown]);
  useEffect(() => scene?.choose(choice.indices), [scene, choice]);

  const names = useMemo(() => namesOf(map, (id) => t("clusters.nameless", { id })), [map, t]);
  const nameOf = (id: number) => names.get(id) ?? "";
  const named = useMemo(
    () => ({ ...map, clusters: map.clusters.map((c) => ({ ...c, name: names.get(c.id)! })) }),
    [map, names],
  );
  const take = (found: Choice) => {
    setChoice(found);
    setLast(null);
  };
  const openCluster = (id: number, isByList: boolean) => {
    const indices = membersOf(points, id);
    take({ indices, cluster: id, isByList });
    scene?.flyTo(indices, isCalm);
  };
  const openGroup = ({ indices: some }: MapGroupOut) => {
    const indices = Uint32Array.from(some).sort();
    take({ indices, cluster: null, isByList: true });
    scene?.flyTo(indices, isCalm);
  };
  const close = () => {
    setLast(choice.isByList ? choice.cluster : null);
    setChoice(NOTHING);
  };
  useMapLetters({
    l: () => setMode(mode === "lasso" ? "move" : "lasso"),
    Escape: () => (choice.indices.length > 0 ? close() : setMode("move")),
  });
  const side = (
    <aside className={classes.side} aria-label={t("side")}>
      <MapJobs newest={maps[0]?.at} />
      {choice.indices.length > 0 ? (
        <ChoicePane
          map={map}
          choice={choice}
          title={choice.cluster === null ? null : nameOf(choice.cluster)}
          tags={tags}
          tree={tree}
          facet={facet}
          onClose={close}
          onDone={close}
        />
      ) : (
        <Overview
          map={map}
          tree={tree}
          facet={facet}
          nameOf={nameOf}
          last={last}
          onCluster={(id) => openCluster(id, true)}
          onGroup={openGroup}
          onDone={close}
        />
      )}
    </aside>
  );
  return (
    <div ref={room} className={classes.page} style={{ height }}>
      <Head map={map} maps={maps} by={by} facet={facet} facets={all} onSearch={onSearch} />
      <p className="visually-hidden" role="status">
        {choice.indices.length > 0 &&
          t("choice.count", { count: choice.indices.length, shown: count(choice.indices.length) })}
      </p>
      <div className={classes.body}>
        <div className={classes.middle}>
          <Chart map={map.id} points={points} onScene={setScene}>
            {scene && (
              <Surface
                map={named}
                scene={scene}
                painted={painted}
                shown={shown}
                mode={mode}
                hasPictures={hasPictures}
                choice={choice}
                onChoice={take}
                onCluster={(id) => openCluster(id, false)}
                labelOf={(index) => labelOf(tags, index)}
              />
            )}
          </Chart>
          {scene && (
            <Tools
              scene={scene}
              mode={mode}
              onMode={setMode}
              hasPictures={hasPictures}
              onPictures={setPictures}
            />
          )}
          {painted && <Legend painted={painted} off={off} onOff={setOff} isOpenAtFirst={isWide} />}
          {error !== null && <Failure error={error} />}
        </div>
        {side}
      </div>
    </div>
  );
}

function byOf(search: MapSearch, hasFacet: boolean): Colouring {
  if (!hasFacet) return "cluster";
  return isColouring(search.by) ? search.by : "tag";
}

/** Entries that are switched off; another colouring begins with all of its own. */
function useOff(by: Colouring): [ReadonlySet<number>, (off: ReadonlySet<number>) => void] {
  const [kept, setKept] = useState({ by, off: NONE_OFF });
  const off = kept.by === by ? kept.off : NONE_OFF;
  return [off, (next) => setKept({ by, off: next })];
}

function namesOf(map: MapOut, nameless: (id: number) => string): Map<number, string> {
  return new Map(map.clusters.map(({ id, name }) => [id, name || nameless(id + 1)]));
}

function labelOf(tags: Known | undefined, index: number): string | undefined {
  const code = tags?.codes[index];
  return tags?.meanings.find((meaning) => meaning.code === code)?.label;
}
