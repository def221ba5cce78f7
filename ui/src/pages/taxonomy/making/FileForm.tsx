import { Button, FileButton, Stack, Text } from "@mantine/core";
import { IconFileUpload } from "@tabler/icons-react";
import i18next from "i18next";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { bytes } from "@/parts/numbers";
import { type Kind, KindChoice } from "../editing/KindChoice";
import classes from "./FileForm.module.css";
import { MakeButton } from "./MakeButton";
import { ACCEPTED, formatOf, nameFor } from "./making";
import type { Making } from "./useMaking";

interface Props {
  making: Making;
  free: boolean;
  /** The file's own name, for a taxonomy that has none yet. */
  suggest: (name: string) => void;
}

/** A file of a thesaurus, a table or a keyword list, dropped or picked. */
export function FileForm({ making, free, suggest }: Props) {
  const { t } = useTranslation("taxonomy");
  const [file, setFile] = useState<File | null>(null);
  const [kind, setKind] = useState<Kind>("any");
  const format = file && formatOf(file.name);
  const take = (given: File | null | undefined) => {
    making.reset();
    setFile(given ?? null);
    if (given) suggest(nameFor(given.name));
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!file || !format) return;
        making.write({ body: file, format, kind, language: i18next.language });
      }}
    >
      <Stack gap="md">
        <DropPlace take={take}>
          {file === null ? (
            <Text>{t("make.file.drop")}</Text>
          ) : (
            <Text fw={600}>
              {t("make.file.picked", { name: file.name, size: bytes(file.size) })}
            </Text>
          )}
          <Text size="sm" c={file && !format ? "red" : "dimmed"} role="status">
            {file === null
              ? t("make.file.formats")
              : format
                ? t(`format.${format}`)
                : t("make.file.unknown")}
          </Text>
          <FileButton
            onChange={take}
            accept={ACCEPTED}
            inputProps={{ "aria-label": t("make.file.pick") }}
          >
            {(props) => (
              <Button variant="default" {...props}>
                {t("make.file.pick")}
              </Button>
            )}
          </FileButton>
        </DropPlace>
        <KindChoice value={kind} onChange={setKind} />
        <Text size="sm" c="dimmed">
          {t("make.file.kind")}
        </Text>
        <MakeButton making={making} ready={free && file !== null && format !== null} />
      </Stack>
    </form>
  );
}

interface PlaceProps {
  take: (file: File | undefined) => void;
  children: React.ReactNode;
}

function DropPlace({ take, children }: PlaceProps) {
  const [over, setOver] = useState(false);
  return (
    <div
      className={classes.drop}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer.files[0]);
      }}
    >
      <IconFileUpload size={36} stroke={1.4} aria-hidden />
      {children}
    </div>
  );
}
