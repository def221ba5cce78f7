/** A file that was dropped or picked, and the folders it lay in, outermost first. */
export interface Found {
  file: File;
  folders: readonly string[];
}

/** What the server reads, by the ends of names; browsers know no type for some of these. */
const ENDINGS =
  /\.(jpe?g|jpe|jfif|png|gif|webp|tiff?|bmp|heic|heif|avif|jp2|j2k|jpx|psd|ppm|pgm|pbm|pnm|tga|ico|dib|pcx|sgi)$/i;

export function isPicture(file: { name: string; type: string }): boolean {
  if (file.name.startsWith(".")) return false;
  return (
    (file.type.startsWith("image/") && file.type !== "image/svg+xml") || ENDINGS.test(file.name)
  );
}

/** All files of what was dropped, folders opened. Call it at once: a drop is gone a moment later. */
export async function filesOf(transfer: DataTransfer): Promise<Found[]> {
  const entries = [...transfer.items]
    .filter(({ kind }) => kind === "file")
    .map((item) => item.webkitGetAsEntry());
  if (entries.every((entry) => entry === null)) {
    return [...transfer.files].map((file) => ({ file, folders: [] }));
  }
  const found = await Promise.all(entries.map((entry) => (entry ? opened(entry, []) : [])));
  return found.flat();
}

/** The files of a field for files or for a folder. */
export function filesIn(list: FileList | readonly File[]): Found[] {
  return [...list].map((file) => ({
    file,
    folders: file.webkitRelativePath.split("/").slice(0, -1),
  }));
}

async function opened(entry: FileSystemEntry, folders: readonly string[]): Promise<Found[]> {
  if (entry.isFile) {
    const file = await new Promise<File | null>((done) => {
      // What cannot be opened (gone, no permission) is left out: there is nothing to send.
      (entry as FileSystemFileEntry).file(done, () => done(null));
    });
    return file === null ? [] : [{ file, folders }];
  }
  const inside = [...folders, entry.name];
  const found: Found[] = [];
  for (const child of await children(entry as FileSystemDirectoryEntry)) {
    found.push(...(await opened(child, inside)));
  }
  return found;
}

/** Browsers hand out a hundred at a time, and an empty list at the end. */
async function children(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done) => {
      reader.readEntries(done, () => done([]));
    });
    if (some.length === 0) return all.sort((a, b) => a.name.localeCompare(b.name));
    all.push(...some);
  }
}
