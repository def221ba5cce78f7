import { Button, Group, Stack, Text, Textarea } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconArrowBackUp } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ModelOut } from "@/api/schema";
import { useMay } from "@/app/session";
import { useRollBack } from "./actions";
import { lineOf } from "./gate";
import { policyQuery, promotionsQuery } from "./queries";
import { Dialog } from "@/parts/Dialog";

interface Props {
  taxonomy: string;
  models: readonly ModelOut[];
}

/** Back to the champion before, with its tags; not there without one. */
export function RollBackButton({ taxonomy, models }: Props) {
  const { t } = useTranslation("models");
  const [isAsking, asking] = useDisclosure();
  const promotions = useQuery(promotionsQuery(taxonomy)).data ?? [];
  const undone = models.filter(({ status }) => status === "undone");
  const line = lineOf([...promotions].reverse(), new Set(undone.map(({ version }) => version)));
  const [to, from] = line.slice(-2);
  if (!useMay("train") || to === undefined || from === undefined) return null;
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconArrowBackUp size={16} aria-hidden />}
        onClick={asking.open}
      >
        {t("back.button", { version: to })}
      </Button>
      <Dialog opened={isAsking} onClose={asking.close} title={t("back.title", { version: to })}>
        <RollBackForm taxonomy={taxonomy} from={from} to={to} close={asking.close} />
      </Dialog>
    </>
  );
}

interface FormProps {
  taxonomy: string;
  from: number;
  to: number;
  close: () => void;
}

function RollBackForm({ taxonomy, from, to, close }: FormProps) {
  const { t } = useTranslation(["models", "app"]);
  const [reason, setReason] = useState("");
  const back = useRollBack(taxonomy);
  const retag = useQuery(policyQuery(taxonomy)).data?.retag ?? true;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        back.mutate(reason, { onSuccess: close });
      }}
    >
      <Stack>
        <Text>{t("back.about", { from, to })}</Text>
        <Text>{t(retag ? "retag.will" : "retag.wont", { version: to })}</Text>
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
          <Button type="submit" loading={back.isPending}>
            {t("back.button", { version: to })}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
