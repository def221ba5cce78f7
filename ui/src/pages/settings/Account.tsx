import { Badge, Button, Card, Group, PasswordInput, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "@/api/client";
import { keyOf } from "@/api/queries";
import type { SessionOut } from "@/api/schema";
import { useMe } from "@/app/session";
import { Failure } from "@/parts/Failure";
import { ago } from "@/parts/numbers";
import { faultOf } from "@/pages/entry/password";
import { NewPassword } from "@/pages/entry/NewPassword";
import { Refusal } from "@/pages/entry/Refusal";
import { Section } from "./Section";
import { browserOf } from "./tabs";
import { useChange } from "./useChange";

export function Account() {
  const { t } = useTranslation("settings");
  const me = useMe();
  return (
    <>
      <Section title={t("account.who")}>
        <Text fw={600}>{me?.name}</Text>
        <Text c="dimmed">{me?.email}</Text>
        {me?.operator && <Text size="sm">{t("account.operator")}</Text>}
      </Section>
      <Section title={t("account.password")} about={t("account.passwordAbout")}>
        <PasswordForm email={me?.email ?? ""} />
      </Section>
      <Sessions />
    </>
  );
}

function PasswordForm({ email }: { email: string }) {
  const { t } = useTranslation("settings");
  const [old, setOld] = useState("");
  const [fresh, setFresh] = useState("");
  const change = useChange(
    () => told(api.PUT("/api/v1/me/password", { body: { old, new: fresh } })),
    ["sessions"],
    () => {
      setOld("");
      setFresh("");
      return t("account.changed");
    },
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (faultOf(fresh, email) === null) change.mutate(undefined);
  };
  return (
    <form onSubmit={submit}>
      <Stack maw={420}>
        <input type="hidden" autoComplete="username" value={email} readOnly />
        <PasswordInput
          label={t("account.old")}
          value={old}
          onChange={(event) => setOld(event.currentTarget.value)}
          autoComplete="current-password"
          visibilityToggleButtonProps={{ "aria-label": t("account.show"), size: 26 }}
          required
        />
        <NewPassword value={fresh} email={email} onChange={setFresh} />
        <Refusal error={change.error} />
        <Button type="submit" loading={change.isPending} style={{ alignSelf: "flex-start" }}>
          {t("account.change")}
        </Button>
      </Stack>
    </form>
  );
}

function Sessions() {
  const { t } = useTranslation("settings");
  const { data, error } = useQuery({
    queryKey: keyOf("sessions"),
    queryFn: async () => (await told(api.GET("/api/v1/sessions"))).items,
  });
  const endAll = useChange(
    () => told(api.DELETE("/api/v1/sessions")),
    ["sessions"],
    ({ ended }) => t("account.ended", { count: ended }),
  );
  if (error) return <Failure error={error} />;
  return (
    <Section
      title={t("account.sessions")}
      about={t("account.sessionsAbout")}
      action={
        (data?.length ?? 0) > 1 && (
          <Button
            variant="default"
            size="xs"
            loading={endAll.isPending}
            onClick={() => endAll.mutate(undefined)}
          >
            {t("account.endOthers")}
          </Button>
        )
      }
    >
      <Stack gap="xs">
        {data?.map((session) => (
          <Login key={session.id} session={session} />
        ))}
      </Stack>
    </Section>
  );
}

function Login({ session }: { session: SessionOut }) {
  const { t } = useTranslation("settings");
  const known = browserOf(session.agent);
  const name = known ? t("account.browser", known) : session.agent || t("account.unknown");
  const end = useChange(
    () =>
      told(api.DELETE("/api/v1/sessions/{session}", { params: { path: { session: session.id } } })),
    ["sessions"],
    () => t("account.ended", { count: 1 }),
  );
  return (
    <Card withBorder p="sm">
      <Group justify="space-between" wrap="nowrap">
        <div>
          <Group gap="xs">
            <Text fw={550} title={session.agent}>
              {name}
            </Text>
            {session.current && (
              <Badge variant="light" tt="none">
                {t("account.current")}
              </Badge>
            )}
          </Group>
          <Text size="sm" c="dimmed">
            {t("account.seen", { since: ago(session.created_at), seen: ago(session.last_seen_at) })}
          </Text>
        </div>
        {!session.current && (
          <Button
            size="xs"
            variant="default"
            loading={end.isPending}
            onClick={() => end.mutate(undefined)}
            aria-label={t("account.endNamed", { name })}
          >
            {t("account.end")}
          </Button>
        )}
      </Group>
    </Card>
  );
}
