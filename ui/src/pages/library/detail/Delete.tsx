import { Button, Group, Modal, Text } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "@/api/client";
import { sayDone, sayFailed } from "@/parts/notes";
import { changed } from "../say";

interface Props {
  id: string;
  name: string;
  onDone: () => void;
}

/** Erasing cannot be undone, so it is asked twice. */
export function Delete({ id, name, onDone }: Props) {
  const { t } = useTranslation(["library", "app"]);
  const client = useQueryClient();
  const [isAsking, setAsking] = useState(false);
  const erase = useMutation({
    mutationFn: () =>
      told(api.DELETE("/api/v1/assets/{asset}", { params: { path: { asset: id } } })),
    onSuccess: () => {
      setAsking(false);
      onDone();
      changed(client);
      sayDone(t("delete.done", { name }));
    },
    onError: sayFailed,
  });
  return (
    <>
      <Button
        variant="subtle"
        color="red"
        size="compact-sm"
        leftSection={<IconTrash size={16} aria-hidden />}
        onClick={() => setAsking(true)}
      >
        {t("delete.ask")}
      </Button>
      <Modal
        opened={isAsking}
        onClose={() => setAsking(false)}
        title={t("delete.title", { name })}
        closeButtonProps={{ "aria-label": t("app:close") }}
      >
        <Text>{t("delete.text")}</Text>
        <Group justify="flex-end" mt="lg">
          <Button variant="default" data-autofocus onClick={() => setAsking(false)}>
            {t("app:cancel")}
          </Button>
          <Button color="red" loading={erase.isPending} onClick={() => erase.mutate()}>
            {t("delete.sure")}
          </Button>
        </Group>
      </Modal>
    </>
  );
}
