/** A tree of words, as paths of folders make it. */
export interface Branch {
  word: string;
  /** Pictures of it and of all below it. */
  pictures: number;
  branches: Branch[];
}

/** paths: one a picture; null for one that lies in no folder. */
export function treeOf(paths: readonly (readonly string[] | null)[]): Branch[] {
  const roots: Branch[] = [];
  for (const path of paths) {
    let level = roots;
    for (const word of path ?? []) {
      let branch = level.find((each) => each.word === word);
      if (branch === undefined) {
        branch = { word, pictures: 0, branches: [] };
        level.push(branch);
      }
      branch.pictures += 1;
      level = branch.branches;
    }
  }
  return sortedBranches(roots);
}

function sortedBranches(branches: Branch[]): Branch[] {
  return branches
    .map((each) => ({ ...each, branches: sortedBranches(each.branches) }))
    .sort((a, b) => a.word.localeCompare(b.word));
}
