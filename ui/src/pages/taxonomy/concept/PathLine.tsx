import { Anchor, Breadcrumbs, Text } from "@mantine/core";
import type { ConceptOut } from "@/api/schema";
import { rootsOf, type Tree, wordOf } from "@/parts/taxonomy";

interface Props {
  tree: Tree;
  concept: ConceptOut;
  select: (id: string) => void;
}

/** The way down to a concept; each step picks it. */
export function PathLine({ tree, concept, select }: Props) {
  const above: ConceptOut[] = [];
  for (let id = concept.parent; id !== null;) {
    const at = tree.byId.get(id);
    if (at === undefined) break;
    above.unshift(at);
    id = at.parent;
  }
  const facet = tree.taxonomy.facets.find((each) => each.id === concept.facet);
  const steps = [
    { id: rootsOf(concept.facet), word: facet?.label ?? concept.facet },
    ...above.map((each) => ({ id: each.id, word: wordOf(each) })),
  ];
  return (
    <Breadcrumbs separator="›" separatorMargin={6}>
      {steps.map(({ id, word }) => (
        <Anchor key={id} component="button" type="button" size="sm" onClick={() => select(id)}>
          {word}
        </Anchor>
      ))}
      <Text size="sm" c="dimmed">
        {wordOf(concept)}
      </Text>
    </Breadcrumbs>
  );
}
