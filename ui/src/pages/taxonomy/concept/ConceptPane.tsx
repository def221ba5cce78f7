import { Stack, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ConceptOut } from "@/api/schema";
import { useMay } from "@/app/session";
import { wordOf } from "@/parts/taxonomy";
import { useHealth } from "../tree/useLook";
import { Actions } from "./Actions";
import { HealthPart } from "./HealthPart";
import { NextPictures } from "./NextPictures";
import type { PaneProps } from "./Pane";
import { PathLine } from "./PathLine";
import { PicturesPart } from "./PicturesPart";
import { WordsPart } from "./WordsPart";

/** One concept: where it stands, its words, its pictures, and how the machine fares with it. */
export function ConceptPane({ concept, ...props }: PaneProps & { concept: ConceptOut }) {
  const { t } = useTranslation("taxonomy");
  const { editing, ask, select } = props;
  const { base, tree } = editing;
  const mayReview = useMay("review");
  const mayEdit = useMay("edit");
  const health = useHealth(base.name);
  const own = health?.byId.get(concept.id);
  const inForce = base.concepts.some((each) => each.id === concept.id);
  return (
    <Stack gap="lg">
      <Stack gap={6}>
        <PathLine tree={tree} concept={concept} select={select} />
        <Title order={2} size="h3">
          {wordOf(concept)}
        </Title>
        {mayEdit && <Actions concept={concept} editing={editing} ask={ask} />}
      </Stack>
      {inForce && concept.live && (
        <HealthPart concept={concept} health={own} model={health?.model} {...props} />
      )}
      {own !== undefined && own.next.length > 0 && (
        <NextPictures
          key={concept.id}
          taxonomy={base.name}
          concept={concept}
          next={own.next}
          mayReview={mayReview}
        />
      )}
      {inForce && <PicturesPart taxonomy={base.name} concept={concept} />}
      <WordsPart concept={concept} editing={editing} mayEdit={mayEdit} title={t("words.title")} />
    </Stack>
  );
}
