import type { ConceptOut, TaxonomyOut } from "@/api/schema";

/** A taxonomy for tests: "footwear/boots" is Boots below Footwear; siblings are in the order given. */
export function sample(paths: readonly string[], more: Partial<TaxonomyOut> = {}): TaxonomyOut {
  const facets = more.facets ?? [{ id: "product", label: "Product", kind: "one" as const }];
  const concepts = paths.map((id): ConceptOut => {
    const steps = id.split("/");
    return {
      id,
      label: word(steps.at(-1)!),
      facet: facets[0]!.id,
      parent: steps.length > 1 ? steps.slice(0, -1).join("/") : null,
      path: steps.map(word),
      labels: {},
      alt_labels: [],
      heading: false,
      live: true,
      deprecated: false,
      replaced_by: null,
    };
  });
  return { name: "fashion", version: 1, language: "en", facets, concepts, ...more };
}

function word(step: string): string {
  return step.charAt(0).toUpperCase() + step.slice(1);
}
