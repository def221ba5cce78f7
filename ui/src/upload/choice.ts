import type { Found } from "./files";
import { folderLabels, labelOf } from "./folders";
import type { Wanted } from "./items";
import { ensureConcepts } from "./taxonomy";

/** What pictures are labelled by as they come in. */
export type Choice =
  { kind: "none" } | { kind: "folders"; taxonomy: string } | { kind: "keywords"; taxonomy: string };

/** The files with what is claimed of each; the concepts that folders name are made first. */
export async function labelled(found: readonly Found[], choice: Choice): Promise<Wanted[]> {
  const labels = choice.kind === "folders" ? folderLabels(found) : null;
  if (choice.kind === "folders" && labels !== null) {
    await ensureConcepts(choice.taxonomy, labels.concepts);
  }
  return found.map((each, at) => {
    const path = labels?.paths[at] ?? null;
    return {
      ...each,
      labels: path && choice.kind === "folders" ? [labelOf(choice.taxonomy, path)] : [],
      keywords: choice.kind === "keywords" ? choice.taxonomy : null,
    };
  });
}
