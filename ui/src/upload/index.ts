/** Bringing pictures in from a browser: shared by the library and the first-run page. */
export { DropZone } from "./DropZone";
export { UploadButton } from "./UploadButton";
export { UploadChoice } from "./UploadChoice";
export { UploadPanel } from "./UploadPanel";
export { type Choice, labelled } from "./choice";
export { filesIn, filesOf, type Found, isPicture } from "./files";
export { type FolderLabels, folderLabels } from "./folders";
export type { Item, Snapshot, Totals, Wanted } from "./items";
export { usePicker } from "./usePicker";
export { startUploads, uploads, useUploads } from "./useUploads";
