import { Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { ModelOut } from "@/api/schema";
import { Failure } from "@/parts/Failure";
import { count } from "@/parts/numbers";
import { useUndoTags } from "./actions";
import { modelTagsQuery } from "./queries";
import { Dialog } from "@/parts/Dialog";

interface Props {
  model: ModelOut;
  opened: boolean;
  close: () => void;
}

/** Take back every tag of a version; it says how many before. */
export function UndoTagsDialog({ model, opened, close }: Props) {
  const { t } = useTranslation(["models", "app"]);
  const { taxonomy, version } = model;
  const tags = useQuery({ ...modelTagsQuery(taxonomy, version), enabled: opened, staleTime: 0 });
  const undo = useUndoTags(taxonomy);
  const auto = tags.data?.tags["auto"] ?? 0;
  const suggested = tags.data?.tags["suggested"] ?? 0;
  const nothing = tags.data?.pictures === 0;
  return (
    <Dialog opened={opened} onClose={close} title={t("undoTags.title", { version })}>
      <Stack>
        {tags.error && <Failure error={tags.error} />}
        {tags.data === undefined ? (
          <Skeleton height={48} />
        ) : (
          <Text>
            {nothing
              ? t("undoTags.nothing", { version })
              : t("undoTags.about", {
                  auto: count(auto),
                  suggested: count(suggested),
                  count: tags.data.pictures,
                  shown: count(tags.data.pictures),
                })}
          </Text>
        )}
        {!nothing && (
          <Text size="sm" c="dimmed">
            {t("undoTags.stays")}
          </Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t("app:cancel")}
          </Button>
          <Button
            color="red.9"
            disabled={tags.data === undefined || nothing}
            loading={undo.isPending}
            onClick={() => undo.mutate(version, { onSuccess: close })}
          >
            {t("undoTags.confirm")}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
