import { Anchor, Button, Group, Paper, Stack, Table, Text, Title } from "@mantine/core";
import { IconCircleCheck, IconCircleDashed } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { healthQuery } from "@/api/queries";
import { useMay, useWorkspace } from "@/app/session";
import { Failure } from "@/parts/Failure";
import { Loading } from "@/parts/Loading";
import { count } from "@/parts/numbers";
import { LearnButton } from "./LearnAgain";
import { type Lacking, lackingOf } from "./lacking";

const SHOWN = 12;

/** Before the first model: what each concept has and lacks, and what to do. */
export function NoModel({ taxonomy }: { taxonomy: string }) {
  const { t } = useTranslation("models");
  const { data, error } = useQuery(healthQuery(taxonomy));
  if (error) return <Failure error={error} />;
  if (!data) return <Loading />;
  const concepts = lackingOf(data.facets);
  const ready = concepts.filter(({ needed }) => needed === 0).length;
  return (
    <Paper withBorder radius="lg" p={{ base: "md", sm: "xl" }}>
      <Stack gap="md">
        <div>
          <Title order={3} size="h4">
            {t(ready > 1 ? "first.ready" : "first.notReady")}
          </Title>
          <Text c="dimmed" mt={4} maw={640}>
            {t(ready > 1 ? "first.readyText" : "first.notReadyText")}
          </Text>
        </div>
        <Group gap="xs">
          {ready > 1 && <LearnButton taxonomy={taxonomy} champion={undefined} />}
          <Ways taxonomy={taxonomy} isMain={ready < 2} />
        </Group>
        <Needs concepts={concepts} ready={ready} />
      </Stack>
    </Paper>
  );
}

function Ways({ taxonomy, isMain }: { taxonomy: string; isMain: boolean }) {
  const { t } = useTranslation("models");
  const ws = useWorkspace();
  const mayReview = useMay("review");
  return (
    <>
      {mayReview && (
        <Button
          variant={isMain ? "filled" : "default"}
          renderRoot={(props) => (
            <Link to="/w/$ws/review" params={{ ws }} search={{ taxonomy }} {...props} />
          )}
        >
          {t("first.review")}
        </Button>
      )}
      <Button
        variant="default"
        renderRoot={(props) => (
          <Link to="/w/$ws/taxonomies/$taxonomy" params={{ ws, taxonomy }} {...props} />
        )}
      >
        {t("first.taxonomy")}
      </Button>
    </>
  );
}

function Needs({ concepts, ready }: { concepts: readonly Lacking[]; ready: number }) {
  const { t } = useTranslation("models");
  const ws = useWorkspace();
  return (
    <div>
      <Text fw={600} mb={4}>
        {t("first.concepts", { count: concepts.length, ready: count(ready) })}
      </Text>
      <Table maw={560} verticalSpacing={4} withRowBorders={false}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("first.concept")}</Table.Th>
            <Table.Th ta="right">{t("first.labelled")}</Table.Th>
            <Table.Th>{t("first.lacking")}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody className="figures">
          {concepts.slice(0, SHOWN).map(({ concept, word, labelled, needed }) => (
            <Table.Tr key={concept}>
              <Table.Th scope="row" fw={400}>
                {word}
              </Table.Th>
              <Table.Td ta="right">{count(labelled)}</Table.Td>
              <Table.Td>
                <Group gap={6} wrap="nowrap">
                  {needed === 0 ? (
                    <IconCircleCheck size={16} aria-hidden />
                  ) : (
                    <IconCircleDashed size={16} aria-hidden />
                  )}
                  {needed === 0
                    ? t("first.enough")
                    : t("first.more", { count: needed, shown: count(needed) })}
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {concepts.length > SHOWN && (
        <Text size="sm" mt="xs">
          <Anchor
            renderRoot={(props) => <Link to="/w/$ws/taxonomies" params={{ ws }} {...props} />}
          >
            {t("first.rest", { count: concepts.length - SHOWN })}
          </Anchor>
        </Text>
      )}
    </div>
  );
}
