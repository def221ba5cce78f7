import { Alert, Autocomplete, Button, Code, Group, Modal, Radio, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf, taxonomiesQuery } from "@/api/queries";
import { useMay } from "@/app/session";
import { bytes, count } from "@/parts/numbers";
import { sayFailed } from "@/parts/notes";
import { type Choice, labelled } from "./choice";
import { type Found, isPicture } from "./files";
import { asName, folderLabels } from "./folders";
import { startUploads } from "./useUploads";

interface Props {
  /** What was dropped or picked; null: nothing to ask about. */
  found: readonly Found[] | null;
  onClose: () => void;
}

/** Before pictures go up: how many, and what labels come along. */
export function UploadChoice({ found, onClose }: Props) {
  const { t } = useTranslation(["upload", "app"]);
  return (
    <Modal
      opened={found !== null}
      onClose={onClose}
      title={t("choice.title")}
      size="lg"
      closeButtonProps={{ "aria-label": t("app:close") }}
    >
      {found !== null && <Form found={found} onClose={onClose} />}
    </Modal>
  );
}

function Form({ found, onClose }: { found: readonly Found[]; onClose: () => void }) {
  const { t } = useTranslation(["upload", "app"]);
  const client = useQueryClient();
  const mayEdit = useMay("edit");
  const pictures = useMemo(() => found.filter(({ file }) => isPicture(file)), [found]);
  const labels = useMemo(() => folderLabels(pictures), [pictures]);
  const taxonomies = useQuery(taxonomiesQuery()).data ?? [];
  const [kind, setKind] = useState<Choice["kind"]>(labels && mayEdit ? "folders" : "none");
  const [typed, setTyped] = useState<string | null>(null);
  const usual = kind === "keywords" ? t("choice.keywordsName") : labels?.taxonomy;
  const taxonomy = asName(typed ?? (usual || taxonomies[0]?.name || t("choice.foldersName")));
  const start = useMutation({
    mutationFn: () => labelled(pictures, kind === "none" ? { kind } : { kind, taxonomy }),
    onSuccess: (wanted) => {
      startUploads(wanted);
      if (kind !== "none") {
        void client.invalidateQueries({ queryKey: keyOf("taxonomies") });
        void client.invalidateQueries({ queryKey: keyOf("taxonomy") });
      }
      onClose();
    },
    onError: sayFailed,
  });
  if (pictures.length === 0) return <Alert color="yellow">{t("choice.none")}</Alert>;
  const size = bytes(pictures.reduce((sum, { file }) => sum + file.size, 0));
  const others = found.length - pictures.length;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        start.mutate();
      }}
    >
      <Stack>
        <Text>
          {t("choice.count", { count: pictures.length, shown: count(pictures.length), size })}{" "}
          {others > 0 && t("choice.others", { count: others, shown: count(others) })}
        </Text>
        {mayEdit && (
          <Radio.Group
            label={t("choice.labels")}
            value={kind}
            onChange={(value) => setKind(value as Choice["kind"])}
          >
            <Stack gap="xs" mt="xs">
              {labels && (
                <Radio
                  value="folders"
                  label={t("choice.folders")}
                  description={t("choice.foldersAbout", { count: labels.concepts.length })}
                />
              )}
              <Radio
                value="keywords"
                label={t("choice.keywords")}
                description={t("choice.keywordsAbout")}
              />
              <Radio
                value="none"
                label={t("choice.noLabels")}
                description={t("choice.noLabelsAbout")}
              />
            </Stack>
          </Radio.Group>
        )}
        {kind === "folders" && labels && <Examples concepts={labels.concepts} />}
        {kind !== "none" && (
          <Autocomplete
            label={t("choice.taxonomy")}
            description={t("choice.taxonomyAbout")}
            data={taxonomies.map(({ name }) => name)}
            value={typed ?? taxonomy}
            onChange={setTyped}
            required
          />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("app:cancel")}
          </Button>
          <Button type="submit" loading={start.isPending} disabled={kind !== "none" && !taxonomy}>
            {t("choice.start", { count: pictures.length, shown: count(pictures.length) })}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

const SHOWN = 8;

function Examples({ concepts }: { concepts: readonly (readonly string[])[] }) {
  const { t } = useTranslation("upload");
  const more = concepts.length - SHOWN;
  return (
    <Group gap={6}>
      {concepts.slice(0, SHOWN).map((path) => (
        <Code key={path.join("\n")}>{path.join(" › ")}</Code>
      ))}
      {more > 0 && (
        <Text size="sm" c="dimmed">
          {t("choice.more", { count: more, shown: count(more) })}
        </Text>
      )}
    </Group>
  );
}
