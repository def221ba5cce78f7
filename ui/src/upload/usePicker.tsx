import { type ReactNode, useRef } from "react";
import { filesIn, type Found } from "./files";

interface Picker {
  /** Put it somewhere on the page; it shows nothing. */
  fields: ReactNode;
  pickFiles: () => void;
  pickFolder: () => void;
}

/** The browser's own windows to choose files, or a folder with all below it. */
export function usePicker(onFiles: (found: Found[]) => void): Picker {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const field = (at: typeof files, isFolder: boolean) => (
    <input
      ref={at}
      type="file"
      multiple
      hidden
      data-upload={isFolder ? "folder" : "files"}
      accept={isFolder ? undefined : "image/*"}
      {...(isFolder ? { webkitdirectory: "" } : {})}
      onChange={(event) => {
        const found = filesIn(event.currentTarget.files ?? []);
        event.currentTarget.value = "";
        if (found.length > 0) onFiles(found);
      }}
    />
  );
  return {
    fields: (
      <>
        {field(files, false)}
        {field(folder, true)}
      </>
    ),
    pickFiles: () => files.current?.click(),
    pickFolder: () => folder.current?.click(),
  };
}
