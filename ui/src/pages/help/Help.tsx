import { Anchor, Button, Card, Group, Kbd, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMay, useWorkspace } from "@/app/session";
import { Page } from "@/parts/Page";
import classes from "./Help.module.css";
import { GROUPS, type KeyGroup, TERMS } from "./keys";

export function Help() {
  const { t } = useTranslation("help");
  return (
    <Page title={t("title")} about={t("about")}>
      <Stack gap="xl">
        <section>
          <Title order={2} size="h4" mb="sm">
            {t("keys.title")}
          </Title>
          <div className={classes.groups}>
            {GROUPS.map((group) => (
              <Keys key={group.name} group={group} />
            ))}
          </div>
        </section>
        <Terms />
        <Further />
        <Version />
      </Stack>
    </Page>
  );
}

function Keys({ group }: { group: KeyGroup }) {
  const { t } = useTranslation(["help", "app", "review", "labels"]);
  return (
    <Card withBorder p="lg">
      <Title order={3} size="h5" mb="sm">
        {t(`keys.${group.name}.title`)}
      </Title>
      <dl className={classes.keys}>
        {group.lines.map(({ keys, does }) => (
          <div key={keys.join()}>
            <dt>{t(does)}</dt>
            <dd>
              {keys.map((key, at) => (
                <span key={at}>
                  {at > 0 && " "}
                  {key === "…" ? key : <Kbd>{key === "Space" ? t("keys.space") : key}</Kbd>}
                </span>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

function Terms() {
  const { t } = useTranslation("help");
  return (
    <section>
      <Title order={2} size="h4" mb="sm">
        {t("terms.title")}
      </Title>
      <Card withBorder p="lg">
        <dl className={classes.terms}>
          {TERMS.map((term) => (
            <Term key={term} term={t(`terms.${term}.word`)} text={t(`terms.${term}.text`)} />
          ))}
        </dl>
      </Card>
    </section>
  );
}

function Term({ term, text }: { term: string; text: string }) {
  return (
    <>
      <dt>{term}</dt>
      <dd>{text}</dd>
    </>
  );
}

function Further() {
  const { t } = useTranslation("help");
  const ws = useWorkspace();
  const mayUpload = useMay("upload");
  return (
    <section>
      <Title order={2} size="h4" mb="sm">
        {t("further.title")}
      </Title>
      <Text mb="sm" maw={720}>
        {t("further.text")}
      </Text>
      <Group gap="sm">
        {mayUpload && (
          <Button
            variant="light"
            renderRoot={(props) => <Link to="/w/$ws/start" params={{ ws }} {...props} />}
          >
            {t("further.start")}
          </Button>
        )}
        <Anchor href="/api/v1/openapi.json" target="_blank" rel="noreferrer">
          {t("further.api")}
        </Anchor>
      </Group>
    </section>
  );
}

/** The server says it in the description of its API. */
function Version() {
  const { t } = useTranslation("help");
  const { data } = useQuery({
    queryKey: ["version"],
    queryFn: async () => {
      const answer = await fetch("/api/v1/openapi.json");
      return ((await answer.json()) as { info: { version: string } }).info.version;
    },
    staleTime: Infinity,
  });
  if (!data) return null;
  return (
    <Text size="sm" c="dimmed">
      {t("version", { version: data })}
    </Text>
  );
}
