import { Anchor, Box, Breadcrumbs, Button, Group, Text, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconHistory, IconPlus } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useWorkspace } from "@/app/session";
import { count } from "@/parts/numbers";
import type { Ask } from "./editing/dialogs";
import type { Editing } from "./editing/useEditing";
import { languageName } from "./editing/useTelling";
import { ExportMenu } from "./ExportMenu";
import { History } from "./history/History";

/** So that all of them stand in one row on a phone. */
const NARROW = { base: 10, sm: "md" };

interface Props {
  editing: Editing;
  mayEdit: boolean;
  ask: Ask;
}

/** What the taxonomy is, and what can be done with it as a whole. */
export function Head({ editing, mayEdit, ask }: Props) {
  const { t } = useTranslation("taxonomy");
  const ws = useWorkspace();
  const [opened, { open, close }] = useDisclosure(false);
  const { base } = editing;
  const live = base.concepts.filter((concept) => concept.live).length;
  return (
    <Group justify="space-between" align="flex-end" mb="lg" gap="sm">
      <Box>
        <Breadcrumbs mb={4}>
          <Anchor
            size="sm"
            renderRoot={(props) => <Link to="/w/$ws/taxonomies" params={{ ws }} {...props} />}
          >
            {t("list.title")}
          </Anchor>
        </Breadcrumbs>
        <Title order={1} size="h2">
          {base.name}
        </Title>
        <Text size="sm" c="dimmed">
          {t("head.about", {
            count: live,
            n: count(live),
            version: base.version,
            language: languageName(base.language),
          })}
        </Text>
      </Box>
      <Group gap="xs">
        {mayEdit && (
          <Button
            variant="default"
            px={NARROW}
            leftSection={<IconPlus size={16} aria-hidden />}
            onClick={() => ask({ ask: "facet" })}
          >
            {t("do.facet")}
          </Button>
        )}
        <Button
          variant="default"
          px={NARROW}
          leftSection={<IconHistory size={16} aria-hidden />}
          onClick={open}
        >
          {t("history.title")}
        </Button>
        <ExportMenu taxonomy={base.name} />
      </Group>
      <History opened={opened} close={close} taxonomy={base} mayEdit={mayEdit} />
    </Group>
  );
}
