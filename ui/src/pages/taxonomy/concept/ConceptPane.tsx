import { Stack, Tabs, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ConceptOut } from "@/api/schema";
import { useMay } from "@/app/session";
import { wordOf } from "@/parts/taxonomy";
import { useHealth } from "../tree/useLook";
import { Actions } from "./Actions";
import { HealthPart } from "./HealthPart";
import { NextPictures } from "./NextPictures";
import type { PaneProps, PaneTab } from "./Pane";
import { PathLine } from "./PathLine";
import { PicturesPart } from "./PicturesPart";
import { WordsPart } from "./WordsPart";

/** One concept: where it stands, its words, its pictures, and how the machine fares with it. */
export function ConceptPane({ concept, ...props }: PaneProps & { concept: ConceptOut }) {
  const { t } = useTranslation("taxonomy");
  const { editing, ask, select, tab, setTab } = props;
  const { tree } = editing;
  const mayEdit = useMay("edit");
  const also = concept.alt_labels.map(([, word]) => word).join(", ");
  return (
    <Stack gap="lg">
      <Stack gap={6}>
        <PathLine tree={tree} concept={concept} select={select} />
        <Title order={2} size="h3">
          {wordOf(concept)}
        </Title>
        {also && (
          <Text size="sm" c="dimmed">
            {t("pane.also", { words: also })}
          </Text>
        )}
        {mayEdit && <Actions concept={concept} editing={editing} ask={ask} />}
      </Stack>
      <Tabs value={tab} onChange={(value) => setTab(value as PaneTab)} keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="fares">{t("pane.fares")}</Tabs.Tab>
          <Tabs.Tab value="words">{t("words.title")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="fares">
          <Fares concept={concept} {...props} />
        </Tabs.Panel>
        <Tabs.Panel value="words">
          <WordsPart concept={concept} editing={editing} mayEdit={mayEdit} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

/** How the machine fares with it, what to label next, and what carries it. */
function Fares({ concept, ...props }: PaneProps & { concept: ConceptOut }) {
  const { t } = useTranslation("taxonomy");
  const { base } = props.editing;
  const mayReview = useMay("review");
  const health = useHealth(base.name);
  const own = health?.byId.get(concept.id);
  if (!base.concepts.some((each) => each.id === concept.id)) {
    return <Text c="dimmed">{t("verdict.new")}</Text>;
  }
  return (
    <Stack gap="lg">
      {concept.live && (
        <HealthPart concept={concept} health={own} model={health?.model} {...props} />
      )}
      {concept.live && own !== undefined && own.next.length > 0 && (
        <NextPictures
          taxonomy={base.name}
          concept={concept}
          next={own.next}
          mayReview={mayReview}
        />
      )}
      <PicturesPart taxonomy={base.name} concept={concept} />
    </Stack>
  );
}
