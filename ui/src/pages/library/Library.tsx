import { useLocalStorage, useMediaQuery } from "@mantine/hooks";
import { lazy, type RefObject, Suspense, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { isTyping } from "@/app/Navigation";
import { useMay } from "@/app/session";
import { Failure } from "@/parts/Failure";
import { Loading } from "@/parts/Loading";
import { DropZone } from "@/upload/DropZone";
import type { Found } from "@/upload/files";
import { UploadButton } from "@/upload/UploadButton";
import { Facets } from "./Facets";
import facetClasses from "./Facets.module.css";
import { Grid } from "./Grid";
import classes from "./Library.module.css";
import { NothingHere } from "./NothingHere";
import { SearchBar } from "./SearchBar";
import { NOTHING } from "./selection";
import { Toolbar, ZOOMS } from "./Toolbar";
import { useTrees } from "./trees";
import { type LibraryState, useLibrary } from "./useLibrary";
import { useRoom } from "./useRoom";

/** What is only seen after a click comes when it is wanted. */
const Detail = lazy(async () => ({ default: (await import("./detail/Detail")).Detail }));
const FacetsDrawer = lazy(async () => ({
  default: (await import("./FacetsDrawer")).FacetsDrawer,
}));
const SelectionBar = lazy(async () => ({
  default: (await import("./SelectionBar")).SelectionBar,
}));
const UploadChoice = lazy(async () => ({
  default: (await import("@/upload/UploadChoice")).UploadChoice,
}));

const WIDE = "(min-width: 62em)";

export function Library() {
  const { t } = useTranslation("library");
  const state = useLibrary();
  const trees = useTrees();
  const isWide = useMediaQuery(WIDE, true, { getInitialValueInEffect: false });
  const [zoom, setZoom] = useLocalStorage({
    key: "tagwright.zoom",
    defaultValue: isWide ? 3 : 1,
    getInitialValueInEffect: false,
  });
  const [isDrawn, setDrawn] = useState(false);
  const [found, setFound] = useState<Found[] | null>(null);
  const [room, height] = useRoom();
  const field = useRef<HTMLInputElement>(null);
  const mayUpload = useMay("upload");
  useEffect(() => {
    document.title = `${t("title")} · Tagwright`;
  }, [t]);
  useSlash(field);
  const facets = <Facets trees={trees} typed={state.typed} onSearch={state.search} />;
  return (
    <DropZone onFiles={setFound} disabled={!mayUpload}>
      {(isTarget) => (
        <div ref={room} className={classes.page} style={{ height }}>
          <div className={classes.top}>
            <div className={classes.line}>
              <SearchBar
                trees={trees}
                typed={state.typed}
                onSearch={state.search}
                like={state.like}
                onLike={state.liken}
                field={field}
                isTarget={isTarget}
              />
              {mayUpload && <UploadButton onFiles={setFound} isShort />}
            </div>
            <Toolbar state={state} zoom={zoom} onZoom={setZoom} onFacets={() => setDrawn(true)} />
          </div>
          <div className={classes.body}>
            {isWide && (
              <aside className={facetClasses.side} aria-label={t("facets.label")}>
                {facets}
              </aside>
            )}
            <div className={classes.middle}>
              <Middle {...{ state, trees }} rowHeight={ZOOMS[zoom] ?? 190} onFiles={setFound} />
            </div>
            {state.asset !== undefined && (
              <Suspense fallback={<div className={classes.pane} />}>
                <Detail state={state} trees={trees} id={state.asset} />
              </Suspense>
            )}
          </div>
          {!isWide && isDrawn && (
            <Suspense fallback={null}>
              <FacetsDrawer onClose={() => setDrawn(false)}>{facets}</FacetsDrawer>
            </Suspense>
          )}
          {found !== null && (
            <Suspense fallback={null}>
              <UploadChoice found={found} onClose={() => setFound(null)} />
            </Suspense>
          )}
        </div>
      )}
    </DropZone>
  );
}

interface MiddleProps {
  state: LibraryState;
  trees: ReturnType<typeof useTrees>;
  rowHeight: number;
  onFiles: (found: Found[]) => void;
}

function Middle({ state, trees, rowHeight, onFiles }: MiddleProps) {
  const { pictures, selection, setSelection, focus, setFocus } = state;
  if (pictures.error !== null) return <Failure error={pictures.error} retry={pictures.retry} />;
  if (pictures.isPending) return <Loading />;
  if (pictures.total === 0) return <NothingHere state={state} onFiles={onFiles} />;
  return (
    <>
      <Grid
        pictures={pictures}
        trees={trees}
        rowHeight={rowHeight}
        selection={selection}
        onSelection={setSelection}
        open={state.asset}
        focus={focus}
        onFocus={setFocus}
        onOpen={({ id }, index) => state.open(id, index)}
        onClose={() => state.open(undefined)}
      />
      {selection.size > 0 && (
        <Suspense fallback={null}>
          <SelectionBar
            selection={selection}
            trees={trees}
            onClear={() => setSelection(() => NOTHING)}
          />
        </Suspense>
      )}
    </>
  );
}

/** `/` goes to the search bar. */
function useSlash(field: RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || isTyping(event)) return;
      event.preventDefault();
      field.current?.focus();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [field]);
}
