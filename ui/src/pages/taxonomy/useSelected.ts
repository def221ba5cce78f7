import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import { rootsOf, type Tree } from "@/parts/taxonomy";

/** The concept or facet (as `rootsOf`) that is picked; the address of the page says which. */
export function useSelected(tree: Tree) {
  const { concept } = useSearch({ strict: false });
  const navigate = useNavigate();
  const select = useCallback(
    (id: string) =>
      void navigate({
        to: ".",
        search: { concept: id },
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  const first = tree.taxonomy.facets[0];
  const facets = tree.taxonomy.facets.map((facet) => rootsOf(facet.id));
  const known = concept !== undefined && (tree.byId.has(concept) || facets.includes(concept));
  const selected = known ? concept : first === undefined ? null : rootsOf(first.id);
  return { selected, select };
}
