import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useState } from "react";
import { asked, parsed } from "./query";
import { readLibrary, type LibrarySearch } from "./search";
import { NOTHING, type Selection } from "./selection";
import { usePictures } from "./usePictures";

/** The state of the page: what the address says, what is selected, where the keyboard is. */
export function useLibrary() {
  const search = readLibrary(useSearch({ strict: false }));
  const navigate = useNavigate();
  const [file, setFile] = useState<File | undefined>();
  const [selection, setSelection] = useState<Selection>(NOTHING);
  const [focus, setFocus] = useState(0);
  const { q: typed = "", sort, asset, like } = search;
  const query = useMemo(() => asked(parsed(typed), sort), [typed, sort]);
  const pictures = usePictures(query, file ?? like);

  // An address, or a look-alike, may open a picture that the keyboard is not on.
  const isThere = asset === undefined || pictures.at(focus)?.id === asset;
  const place = isThere ? undefined : pictures.find(asset);
  useEffect(() => {
    if (place !== undefined) setFocus(place);
  }, [place]);

  const go = useCallback(
    (change: Partial<LibrarySearch>, replace = false) => {
      void navigate({
        to: ".",
        replace,
        search: (known) => ({ ...readLibrary(known), ...change }),
      });
    },
    [navigate],
  );
  const begin = useCallback(
    (change: Partial<LibrarySearch>) => {
      setSelection(NOTHING);
      setFocus(0);
      go(change);
    },
    [go],
  );
  return {
    typed,
    sort,
    asset,
    like: file ?? like,
    query,
    pictures,
    selection,
    setSelection,
    focus,
    setFocus,
    search: (q: string) => begin({ q: q || undefined }),
    sortBy: (by: string | undefined) => begin({ sort: by }),
    /** Pictures that look like one of the library, like a file, or no longer like any. */
    liken: (to: string | File | undefined) => {
      setFile(to instanceof File ? to : undefined);
      begin({ like: typeof to === "string" ? to : undefined, asset: undefined });
    },
    open: (id: string | undefined, index?: number) => {
      if (index !== undefined) setFocus(index);
      go({ asset: id }, asset !== undefined && id !== undefined);
    },
  };
}

export type LibraryState = ReturnType<typeof useLibrary>;
