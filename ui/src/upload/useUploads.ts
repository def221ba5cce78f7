import { useSyncExternalStore } from "react";
import { workspaceNow } from "@/api/client";
import type { Snapshot, Wanted } from "./items";
import { Uploads } from "./queue";
import { send } from "./send";

/** One for the page: uploads go on while one looks at something else. */
export const uploads = new Uploads({ send, now: Date.now, chance: Math.random });

if (typeof window !== "undefined") {
  window.addEventListener("online", () => uploads.hurry());
  window.addEventListener("pagehide", () => uploads.leave());
  window.addEventListener("beforeunload", (event) => {
    const { waiting, sending } = uploads.now().totals;
    if (waiting + sending > 0) event.preventDefault();
  });
}

/** How the uploads stand; told a few times a second while they run. */
export function useUploads(): Snapshot {
  return useSyncExternalStore(uploads.subscribe, uploads.now);
}

export function startUploads(files: readonly Wanted[]): void {
  uploads.add(files, workspaceNow());
}
