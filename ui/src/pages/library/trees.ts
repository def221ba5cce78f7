import { useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { taxonomiesQuery, taxonomyQuery } from "@/api/queries";
import type { AssetOut, ConceptOut, TaxonomyOut } from "@/api/schema";
import { grown, type Tree, wordOf } from "@/parts/taxonomy";

export type Trees = ReadonlyMap<string, Tree>;

/** All taxonomies of the workspace, by name. */
export function useTrees(): Trees {
  const names = useQuery(taxonomiesQuery()).data ?? [];
  const taxonomies = useQueries({
    queries: names.map(({ name }) => taxonomyQuery(name)),
    combine: all,
  });
  return useMemo(() => new Map(taxonomies.map((each) => [each.name, grown(each)])), [taxonomies]);
}

function all(answers: readonly { data?: TaxonomyOut | undefined }[]): TaxonomyOut[] {
  return answers.map(({ data }) => data).filter((data) => data !== undefined);
}

export function conceptOf(trees: Trees, taxonomy: string, id: string): ConceptOut | undefined {
  return trees.get(taxonomy)?.byId.get(id);
}

/** A concept by its id or its own word, in whichever taxonomy it is. */
export function anyConcept(trees: Trees, named: string): [Tree, ConceptOut] | undefined {
  for (const tree of trees.values()) {
    const found =
      tree.byId.get(named) ??
      tree.taxonomy.concepts.find(
        ({ path, label }) => label === named || path.join(" > ") === named,
      );
    if (found !== undefined) return [tree, found];
  }
  return undefined;
}

/** The words of what a picture carries, the surest first. */
export function wordsOn(trees: Trees, asset: AssetOut): string[] {
  const carried = asset.tags.filter(({ status }) => status === "auto" || status === "confirmed");
  return carried
    .sort((a, b) => (b.p ?? 1) - (a.p ?? 1))
    .map(({ taxonomy, concept }) => concept && conceptOf(trees, taxonomy, concept))
    .filter((concept) => typeof concept === "object" && concept !== null)
    .map(wordOf);
}

/** What a picture's file is called. */
export function nameOf(asset: AssetOut): string {
  const place = asset.locations[0]?.replace(/[?#].*$/, "") ?? "";
  const name = place.split("/").at(-1) ?? "";
  try {
    return decodeURIComponent(name) || asset.id.slice(0, 12);
  } catch {
    return name;
  }
}

interface Description {
  name: string;
  words: string;
}

/** What pictures are called and carry, worked out once for each. */
export function described(trees: Trees): (asset: AssetOut) => Description {
  const known = new WeakMap<AssetOut, Description>();
  return (asset) => {
    let told = known.get(asset);
    if (told === undefined) {
      const words = wordsOn(trees, asset);
      told = { name: [...words, nameOf(asset)].join(", "), words: words.join(", ") };
      known.set(asset, told);
    }
    return told;
  };
}
