import { Text, Title } from "@mantine/core";
import { IconPhotoUp } from "@tabler/icons-react";
import { type DragEvent, type ReactNode, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./DropZone.module.css";
import { type Found, filesOf } from "./files";

interface Props {
  onFiles: (found: Found[]) => void;
  /** Told whether files are being dragged over it. */
  children: ReactNode | ((isOver: boolean) => ReactNode);
  disabled?: boolean;
}

/** Files and folders may be dropped anywhere on what is inside. */
export function DropZone({ onFiles, children, disabled = false }: Props) {
  const { t } = useTranslation("upload");
  // Going over a child leaves the parent: only the balance tells whether files are over us.
  const depth = useRef(0);
  const [isOver, setOver] = useState(false);
  const hasFiles = (event: DragEvent) => !disabled && event.dataTransfer.types.includes("Files");
  const leave = () => {
    depth.current = 0;
    setOver(false);
  };
  return (
    <div
      className={classes.zone}
      onDragEnter={(event) => {
        if (!hasFiles(event)) return;
        depth.current += 1;
        setOver(true);
      }}
      onDragOver={(event) => hasFiles(event) && event.preventDefault()}
      onDragLeave={() => {
        depth.current -= 1;
        if (depth.current <= 0) leave();
      }}
      onDrop={(event) => {
        leave();
        if (!hasFiles(event) || event.defaultPrevented) return;
        event.preventDefault();
        void filesOf(event.dataTransfer).then(onFiles);
      }}
    >
      {typeof children === "function" ? children(isOver) : children}
      {isOver && (
        <div className={classes.over}>
          <IconPhotoUp size={48} stroke={1.5} aria-hidden />
          <Title order={2} size="h3">
            {t("drop.title")}
          </Title>
          <Text c="dimmed">{t("drop.text")}</Text>
        </div>
      )}
    </div>
  );
}
