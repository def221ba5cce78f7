import { Badge, Button, Card, Group, Stack, Switch, Text } from "@mantine/core";
import { IconPlus, IconWebhook } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "@/api/client";
import { keyOf } from "@/api/queries";
import type { WebhookOut } from "@/api/schema";
import { Empty } from "@/parts/Empty";
import { Failure } from "@/parts/Failure";
import { Loading } from "@/parts/Loading";
import { Deliveries } from "./Deliveries";
import { NewWebhook } from "./NewWebhook";
import { Section } from "./Section";
import { Sure } from "./Sure";
import { useChange } from "./useChange";

export function Webhooks() {
  const { t } = useTranslation("settings");
  const [isMaking, setMaking] = useState(false);
  const hooks = useQuery({
    queryKey: keyOf("webhooks"),
    queryFn: async () => (await told(api.GET("/api/v1/webhooks"))).items,
  });
  if (hooks.error) return <Failure error={hooks.error} />;
  if (hooks.isPending) return <Loading />;
  const make = (
    <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setMaking(true)}>
      {t("webhooks.make")}
    </Button>
  );
  return (
    <>
      {hooks.data.length === 0 ? (
        <Empty icon={IconWebhook} title={t("webhooks.noneTitle")} text={t("webhooks.noneText")}>
          {make}
        </Empty>
      ) : (
        <Section title={t("webhooks.title")} about={t("webhooks.about")} action={make}>
          <Stack gap="sm">
            {hooks.data.map((hook) => (
              <Hook key={hook.id} hook={hook} />
            ))}
          </Stack>
        </Section>
      )}
      <NewWebhook opened={isMaking} onClose={() => setMaking(false)} />
    </>
  );
}

function Hook({ hook }: { hook: WebhookOut }) {
  const { t } = useTranslation("settings");
  const [isOpen, setOpen] = useState(false);
  const [asks, setAsks] = useState(false);
  const params = { path: { webhook: hook.id } };
  const change = useChange(
    (active: boolean) =>
      told(api.PATCH("/api/v1/webhooks/{webhook}", { params, body: { active } })),
    ["webhooks"],
  );
  const ping = useChange(
    () => told(api.POST("/api/v1/webhooks/{webhook}/ping", { params })),
    ["deliveries"],
    () => {
      setOpen(true);
      return t("webhooks.pinged");
    },
  );
  const remove = useChange(
    () => told(api.DELETE("/api/v1/webhooks/{webhook}", { params })),
    ["webhooks"],
    () => t("webhooks.removed"),
  );
  return (
    <Card withBorder p="md">
      <Group justify="space-between" align="flex-start">
        <div style={{ minWidth: 0 }}>
          <Text fw={550} style={{ wordBreak: "break-all" }}>
            {hook.url}
          </Text>
          <Group gap={4} mt={4}>
            {hook.events.map((event) => (
              <Badge key={event} variant="light" color="gray" c="dimmed" tt="none">
                {event}
              </Badge>
            ))}
          </Group>
        </div>
        <Switch
          label={t("webhooks.active")}
          checked={hook.active}
          disabled={change.isPending}
          onChange={(event) => change.mutate(event.currentTarget.checked)}
        />
      </Group>
      <Group gap="xs" mt="sm">
        <Button
          size="xs"
          variant="default"
          loading={ping.isPending}
          disabled={!hook.active}
          onClick={() => ping.mutate(undefined)}
        >
          {t("webhooks.ping")}
        </Button>
        <Button size="xs" variant="default" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {t("webhooks.deliveries")}
        </Button>
        <Button size="xs" variant="subtle" color="red" onClick={() => setAsks(true)}>
          {t("webhooks.remove")}
        </Button>
      </Group>
      {isOpen && <Deliveries webhook={hook.id} />}
      <Sure
        text={asks ? t("webhooks.sure") : null}
        button={t("webhooks.remove")}
        isBusy={remove.isPending}
        onYes={() => remove.mutate(undefined)}
        onClose={() => setAsks(false)}
      />
    </Card>
  );
}
