import { Anchor, Box, Group, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { ConceptOut } from "@/api/schema";
import { useWorkspace } from "@/app/session";
import { Failure } from "@/parts/Failure";
import { count } from "@/parts/numbers";
import { wordOf } from "@/parts/taxonomy";
import { picturesQuery } from "../queries";
import { Thumbs } from "./Thumbs";

const SHOWN = 12;

/** The pictures that carry a concept, and the way to all of them. */
export function PicturesPart({ taxonomy, concept }: { taxonomy: string; concept: ConceptOut }) {
  const { t } = useTranslation("taxonomy");
  const ws = useWorkspace();
  const { data, error, refetch } = useQuery(picturesQuery(taxonomy, concept.id, SHOWN));
  const word = wordOf(concept);
  // By its whole path, since another concept may have the same name.
  const search = { q: `concept:"${concept.path.join(" > ")}"` };
  return (
    <Stack component="section" gap="xs" aria-label={t("with.title")}>
      <Group justify="space-between">
        <Title order={3} size="h5">
          {t("with.title")}
        </Title>
        {data && data.total > 0 && (
          <Anchor
            size="sm"
            renderRoot={(props) => (
              <Link to="/w/$ws/library" params={{ ws }} search={search} {...props} />
            )}
          >
            {t("with.all", { count: data.total, n: count(data.total) })}
          </Anchor>
        )}
      </Group>
      {error && <Failure error={error} retry={() => void refetch()} />}
      <Box mih={80}>
        {data && data.total > 0 && (
          <Thumbs assets={data.items.map((asset) => asset.id)} label={word} />
        )}
        {data?.total === 0 && (
          <Text size="sm" c="dimmed">
            {t("with.none")}
          </Text>
        )}
      </Box>
    </Stack>
  );
}
