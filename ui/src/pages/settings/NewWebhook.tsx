import { Button, Checkbox, Group, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "@/api/client";
import type { NewWebhookOut, WebhookIn } from "@/api/schema";
import { Dialog } from "@/parts/Dialog";
import { Secret } from "./Secret";
import { useChange } from "./useChange";

type Event = WebhookIn["events"][number];

const EVENTS: readonly Event[] = [
  "asset.added",
  "import.finished",
  "tags.changed",
  "model.trained",
  "model.promoted",
  "model.kept",
  "job.finished",
  "job.failed",
  "review.needed",
];

export function NewWebhook({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation("settings");
  return (
    <Dialog opened={opened} onClose={onClose} title={t("webhooks.make")} size="lg">
      {opened && <Form onClose={onClose} />}
    </Dialog>
  );
}

function Form({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(["settings", "app"]);
  const [url, setUrl] = useState("");
  const [events, setEvents] = useState<Event[]>(["tags.changed"]);
  const [made, setMade] = useState<NewWebhookOut | null>(null);
  const make = useChange(
    () => told(api.POST("/api/v1/webhooks", { body: { url: url.trim(), events } })),
    ["webhooks"],
    (hook) => {
      setMade(hook);
      return undefined;
    },
  );
  if (made) {
    return (
      <Stack>
        <Secret title={t("webhooks.once")} about={t("webhooks.onceAbout")} secret={made.secret} />
        <Group justify="flex-end">
          <Button onClick={onClose}>{t("keys.kept")}</Button>
        </Group>
      </Stack>
    );
  }
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate(undefined);
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={t("webhooks.url")}
          type="url"
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
          data-autofocus
          required
        />
        <Checkbox.Group
          label={t("webhooks.events")}
          value={events}
          onChange={(chosen) => setEvents(chosen as Event[])}
        >
          <Stack gap={8} mt="xs">
            {EVENTS.map((event) => (
              <Checkbox
                key={event}
                value={event}
                label={event}
                description={t(`event.${event.replace(".", "_")}`)}
              />
            ))}
          </Stack>
        </Checkbox.Group>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("app:cancel")}
          </Button>
          <Button type="submit" loading={make.isPending} disabled={events.length === 0}>
            {t("webhooks.make")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
