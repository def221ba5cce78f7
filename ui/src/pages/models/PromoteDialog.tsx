import { Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ModelOut } from "@/api/schema";
import { usePromotion } from "./actions";
import { policyQuery } from "./queries";
import { Dialog } from "@/parts/Dialog";

interface Props {
  model: ModelOut;
  opened: boolean;
  close: () => void;
}

/** Make a version champion whatever the gate said, with a reason that is kept. */
export function PromoteDialog({ model, opened, close }: Props) {
  const { t } = useTranslation(["models", "app"]);
  const { version, taxonomy } = model;
  const [reason, setReason] = useState("");
  const promote = usePromotion(taxonomy);
  const retag = useQuery(policyQuery(taxonomy)).data?.retag ?? true;
  return (
    <Dialog opened={opened} onClose={close} title={t("promote.title", { version })}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          promote.mutate({ version, reason }, { onSuccess: close });
        }}
      >
        <Stack>
          <Text>{t("promote.about")}</Text>
          <Text>{t(retag ? "retag.will" : "retag.wont", { version })}</Text>
          <Textarea
            label={t("reason.label")}
            description={t("reason.about")}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            maxLength={1000}
            autosize
            minRows={2}
            data-autofocus
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t("app:cancel")}
            </Button>
            <Button type="submit" loading={promote.isPending}>
              {t("promote.button")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
