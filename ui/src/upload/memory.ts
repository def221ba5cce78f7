/** What of an upload that was cut off had arrived, so that choosing the same files goes fast. */

export interface Kept {
  left: number;
  done: string[];
}

const BEFORE = "tagwright.upload.";
/** Characters; a browser gives a site about five million in all. */
const MOST = 1_500_000;

export function remember(workspace: string | null, kept: Kept): void {
  const text = JSON.stringify(kept);
  try {
    if (kept.left === 0 || text.length > MOST) localStorage.removeItem(keyOf(workspace));
    else localStorage.setItem(keyOf(workspace), text);
  } catch {
    // A full or forbidden store costs only speed: what has arrived answers `exists`.
  }
}

export function recall(workspace: string | null): Kept | null {
  try {
    const text = localStorage.getItem(keyOf(workspace));
    return text === null ? null : (JSON.parse(text) as Kept);
  } catch {
    return null;
  }
}

export function forget(workspace: string | null): void {
  remember(workspace, { left: 0, done: [] });
}

function keyOf(workspace: string | null): string {
  return BEFORE + (workspace ?? "");
}

/** The same file with the same labels has the same mark. */
export function markOf(file: File, folders: readonly string[], labels: readonly string[]): string {
  return [...folders, file.name, file.size, file.lastModified, ...labels].join("/");
}
