import { Button } from "@mantine/core";
import { IconPhotoPlus, IconPhotoSearch } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay, useWorkspace } from "@/app/session";
import { Empty } from "@/parts/Empty";
import type { Found } from "@/upload/files";
import { UploadButton } from "@/upload/UploadButton";
import type { LibraryState } from "./useLibrary";

interface Props {
  state: LibraryState;
  onFiles: (found: Found[]) => void;
}

/** No pictures: none yet, or none that fit. */
export function NothingHere({ state, onFiles }: Props) {
  const { t } = useTranslation("library");
  const ws = useWorkspace();
  const mayUpload = useMay("upload");
  const { like, typed, search, liken } = state;
  if (like !== undefined || typed) {
    const clear = () => {
      if (like !== undefined) liken(undefined);
      if (typed) search("");
    };
    return (
      <Empty
        icon={IconPhotoSearch}
        title={t("empty.noMatch")}
        text={t(like === undefined ? "empty.noMatchText" : "empty.noLikeText")}
      >
        <Button variant="light" onClick={clear}>
          {t("empty.showAll")}
        </Button>
      </Empty>
    );
  }
  return (
    <Empty
      icon={IconPhotoPlus}
      title={t("empty.none")}
      text={t(mayUpload ? "empty.noneText" : "empty.noneForReaders")}
    >
      {mayUpload && <UploadButton onFiles={onFiles} size="md" />}
      {mayUpload && (
        <Button
          variant="subtle"
          renderRoot={(props) => <Link to="/w/$ws/start" params={{ ws }} {...props} />}
        >
          {t("empty.guided")}
        </Button>
      )}
    </Empty>
  );
}
