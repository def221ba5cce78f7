import { Alert, Button, Card, Group, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/api/queries";
import { useMay } from "@/app/session";
import { sayFailed } from "@/parts/notes";
import { bytes, count } from "@/parts/numbers";
import { type Choice, type Found, folderLabels, isPicture, labelled, startUploads } from "@/upload";
import { FolderTree } from "./FolderTree";
import { treeOf } from "./tree";

interface Props {
  found: readonly Found[];
  onClose: () => void;
  /** They are on their way, labelled in this taxonomy, if any. */
  onStart: (taxonomy: string | null) => void;
}

/** What is known of the pictures already, before they go up. */
export function Choose({ found, onClose, onStart }: Props) {
  const { t } = useTranslation(["start", "app"]);
  const client = useQueryClient();
  const mayEdit = useMay("edit");
  const pictures = useMemo(() => found.filter(({ file }) => isPicture(file)), [found]);
  const labels = useMemo(() => folderLabels(pictures), [pictures]);
  const tree = useMemo(() => treeOf(labels?.paths ?? []), [labels]);
  const [kind, setKind] = useState<Choice["kind"]>(labels && mayEdit ? "folders" : "none");
  const [typed, setTyped] = useState<string | null>(null);
  const usual = kind === "keywords" ? t("choose.keywordsName") : labels?.taxonomy;
  const name = typed ?? (usual || t("choose.foldersName"));
  // A colon would end the name where a label is written.
  const taxonomy = name.replaceAll(":", "-").trim();
  const start = useMutation({
    mutationFn: () => labelled(pictures, kind === "none" ? { kind } : { kind, taxonomy }),
    onSuccess: (wanted) => {
      startUploads(wanted);
      for (const part of ["taxonomies", "taxonomy", "health"]) {
        void client.invalidateQueries({ queryKey: keyOf(part) });
      }
      onStart(kind === "none" ? null : taxonomy);
    },
    onError: sayFailed,
  });
  if (pictures.length === 0) return <NoPictures onClose={onClose} />;
  const size = bytes(pictures.reduce((sum, { file }) => sum + file.size, 0));
  const others = found.length - pictures.length;
  return (
    <Card withBorder p="lg" radius="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          start.mutate();
        }}
      >
        <Stack>
          <Text fw={600}>
            {t("choose.count", { count: pictures.length, shown: count(pictures.length), size })}
            {others > 0 && (
              <Text span c="dimmed" fw={400}>
                {" "}
                {t("choose.others", { count: others, shown: count(others) })}
              </Text>
            )}
          </Text>
          {mayEdit && <Kinds value={kind} onChange={setKind} hasFolders={labels !== null} />}
          {kind !== "none" && (
            <TextInput
              label={t("choose.name")}
              description={t("choose.nameAbout")}
              value={name}
              maxLength={200}
              onChange={(event) => setTyped(event.currentTarget.value)}
              required
              maw={420}
            />
          )}
          {kind === "folders" && labels && <FolderTree branches={tree} />}
          <Group>
            <Button type="submit" loading={start.isPending} disabled={kind !== "none" && !taxonomy}>
              {t("choose.start", { count: pictures.length, shown: count(pictures.length) })}
            </Button>
            <Button variant="default" onClick={onClose}>
              {t("app:cancel")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}

interface KindsProps {
  value: Choice["kind"];
  onChange: (kind: Choice["kind"]) => void;
  hasFolders: boolean;
}

function Kinds({ value, onChange, hasFolders }: KindsProps) {
  const { t } = useTranslation("start");
  const shown = (["folders", "keywords", "none"] as const).filter(
    (kind) => kind !== "folders" || hasFolders,
  );
  return (
    <Radio.Group
      label={t("choose.labels")}
      value={value}
      onChange={(kind) => onChange(kind as Choice["kind"])}
    >
      <Stack gap="xs" mt="xs">
        {shown.map((kind) => (
          <Radio
            key={kind}
            value={kind}
            label={t(`choose.kind.${kind}`)}
            description={t(`choose.kindAbout.${kind}`)}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}

function NoPictures({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("start");
  return (
    <Alert color="yellow" title={t("choose.noneTitle")} withCloseButton onClose={onClose}>
      {t("choose.noneText")}
    </Alert>
  );
}
