import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { AssetOut } from "@/api/schema";
import { alikeQuery, type Outline, outlineQuery, PAGE, pageQuery } from "./asking";
import type { AssetsQuery } from "./query";

/** The pictures of a search, known by their shape from the start and read where they are looked at. */
export interface Pictures {
  ratios: ArrayLike<number>;
  total: number;
  /** Changes when another question is answered, not when the same one is asked again. */
  question: string;
  at: (index: number) => AssetOut | undefined;
  /** Where a picture stands, among those that were read. */
  find: (asset: string) => number | undefined;
  /** Say which are looked at; they are read, and those just before and after. */
  show: (from: number, to: number) => void;
  /** Read these, wherever they are. */
  load: (indexes: readonly number[]) => Promise<AssetOut[]>;
  cosine: (asset: string) => number | undefined;
  isPending: boolean;
  /** What is shown answers the question before. */
  isStale: boolean;
  error: Error | null;
  retry: () => void;
}

const NONE: readonly AssetOut[] = [];
/** Milliseconds: somebody who drags the scrollbar does not stop at every page. */
const PATIENCE = 90;

export function usePictures(query: AssetsQuery, like: string | File | undefined): Pictures {
  const listed = useListed(query, like === undefined);
  const alike = useAlike(query, like);
  return like === undefined ? listed : alike;
}

function useListed(query: AssetsQuery, enabled: boolean): Pictures {
  const client = useQueryClient();
  const outlined = useQuery({
    ...outlineQuery(query),
    enabled,
    placeholderData: keepPreviousData,
  });
  const first = useQuery({ ...pageQuery(query, null), enabled });
  // Pages are read from the tables and notice what was erased or came in since the outline.
  const isBehind =
    first.data !== undefined &&
    outlined.data !== undefined &&
    !outlined.isPlaceholderData &&
    first.dataUpdatedAt > outlined.dataUpdatedAt &&
    first.data.total !== outlined.data.ratios.length;
  const { refetch } = outlined;
  useEffect(() => {
    if (isBehind) void refetch();
  }, [isBehind, refetch]);
  const firstItems = first.data?.items ?? NONE;
  // The first page comes sooner than the shape of a hundred thousand.
  const early = useMemo(() => outlineOf(query, firstItems), [query, firstItems]);
  const outline = outlined.data ?? early;
  const question = JSON.stringify(outline.query);
  const [range, setRange] = useState<readonly [number, number]>([0, 0]);
  const [near] = useDebouncedValue(range, PATIENCE, { leading: true });
  const numbers = useMemo(() => pagesOf(near, outline.cursors.length), [near, outline]);
  const pages = useQueries({
    queries: numbers.map((number) => ({
      ...pageQuery(outline.query, outline.cursors[number] ?? null),
      enabled,
    })),
    combine: combined,
  });
  const kept = useKept(question, numbers, pages);
  const at = useCallback(
    (index: number) => kept.get(Math.floor(index / PAGE))?.[index % PAGE],
    [kept],
  );
  const find = useCallback((asset: string) => foundIn(kept, asset), [kept]);
  const show = useCallback((from: number, to: number) => {
    // By the page: every row that scrolls by would draw everything anew.
    const [first, last] = [Math.floor(from / PAGE), Math.floor(to / PAGE)];
    setRange((known) => (known[0] === first && known[1] === last ? known : [first, last]));
  }, []);
  const load = useCallback(
    async (indexes: readonly number[]) => {
      const wanted = [...new Set(indexes.map((index) => Math.floor(index / PAGE)))];
      const read = new Map<number, readonly AssetOut[]>();
      for (const number of wanted) {
        const page = pageQuery(outline.query, outline.cursors[number] ?? null);
        read.set(number, (await client.ensureQueryData(page)).items);
      }
      const assets = indexes.map((index) => read.get(Math.floor(index / PAGE))?.[index % PAGE]);
      return assets.filter((asset) => asset !== undefined);
    },
    [client, outline],
  );
  const error = outlined.error ?? first.error;
  return {
    ratios: outline.ratios,
    total: outline.ratios.length,
    question,
    at,
    find,
    show,
    load,
    cosine: nothing,
    isPending: outlined.data === undefined && first.data === undefined && error === null,
    isStale: outlined.isPlaceholderData,
    error: outlined.isPlaceholderData || outlined.data === undefined ? error : null,
    retry: () => void Promise.all([outlined.refetch(), first.refetch()]),
  };
}

function foundIn(pages: ReadonlyMap<number, readonly AssetOut[]>, id: string): number | undefined {
  for (const [number, assets] of pages) {
    const at = assets.findIndex((asset) => asset.id === id);
    if (at >= 0) return number * PAGE + at;
  }
  return undefined;
}

function nothing(): undefined {
  return undefined;
}

function outlineOf(query: AssetsQuery, assets: readonly AssetOut[]): Outline {
  const ratios = assets.map(({ width, height }) => Math.round((100 * width) / height));
  return { query, ratios, cursors: [null] };
}

interface Answer {
  data?: { items: readonly AssetOut[] } | undefined;
}

function combined(answers: readonly Answer[]): (readonly AssetOut[] | undefined)[] {
  return answers.map(({ data }) => data?.items);
}

/** The pages that are looked at, and one on each side. */
function pagesOf([from, to]: readonly [number, number], many: number): number[] {
  const first = Math.max(from - 1, 0);
  const last = Math.min(to + 1, many - 1);
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, at) => first + at);
}

/** Pages as they were last read, so that asking again does not empty what is shown. */
function useKept(
  question: string,
  numbers: readonly number[],
  pages: readonly (readonly AssetOut[] | undefined)[],
): ReadonlyMap<number, readonly AssetOut[]> {
  const kept = useRef({ question, pages: new Map<number, readonly AssetOut[]>() });
  return useMemo(() => {
    const known = kept.current.question === question ? kept.current.pages : [];
    const next = new Map(known);
    numbers.forEach((number, at) => {
      const page = pages[at];
      if (page !== undefined) next.set(number, page);
    });
    for (const number of next.keys()) {
      if (next.size <= MOST_KEPT) break;
      if (!numbers.includes(number)) next.delete(number);
    }
    kept.current = { question, pages: next };
    return next;
  }, [question, numbers, pages]);
}

const MOST_KEPT = 40;

function useAlike(query: AssetsQuery, like: string | File | undefined): Pictures {
  const { data, error, isPending, isPlaceholderData, refetch } = useQuery({
    ...alikeQuery(like, query),
    placeholderData: keepPreviousData,
  });
  const assets = data?.assets ?? NONE;
  const outline = useMemo(() => outlineOf({}, assets), [assets]);
  const at = useCallback((index: number) => assets[index], [assets]);
  const find = useCallback((id: string) => foundIn(new Map([[0, assets]]), id), [assets]);
  const load = useCallback(
    (indexes: readonly number[]) =>
      Promise.resolve(indexes.map((index) => assets[index]).filter((a) => a !== undefined)),
    [assets],
  );
  return {
    ratios: outline.ratios,
    total: assets.length,
    question: `like ${typeof like === "string" ? like : (like?.name ?? "")}`,
    at,
    find,
    show: nothing,
    load,
    cosine: (asset) => data?.cosines.get(asset),
    isPending: isPending && error === null,
    isStale: isPlaceholderData,
    error,
    retry: () => void refetch(),
  };
}
