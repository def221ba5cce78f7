import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { keyOf } from "@/api/queries";
import type { ConceptOut } from "@/api/schema";
import { count } from "@/parts/numbers";
import { wordOf } from "@/parts/taxonomy";
import { NextCard } from "./NextCard";
import classes from "./NextPictures.module.css";
import { useAnswers } from "./useAnswers";

interface Props {
  taxonomy: string;
  concept: ConceptOut;
  next: readonly string[];
  mayReview: boolean;
}

/** The pictures whose answer helps most; each is answered where it stands. */
export function NextPictures({ taxonomy, concept, next, mayReview }: Props) {
  const { t } = useTranslation("taxonomy");
  const client = useQueryClient();
  // They stay while they are answered, whatever the server would ask next by now.
  const [asked, setAsked] = useState(next);
  const { answers, answer, takeBack } = useAnswers(taxonomy, concept.id);
  const word = wordOf(concept);
  const further = async () => {
    await client.invalidateQueries({ queryKey: keyOf("health", taxonomy) });
    setAsked([]);
  };
  // Asked on: what the server now says is next.
  const shown = asked.length === 0 ? next : asked;
  const left = shown.filter((asset) => answers.get(asset) === undefined).length;
  return (
    <Stack component="section" gap="xs" aria-label={t("next.title")}>
      <Title order={3} size="h5">
        {t("next.title")}
      </Title>
      <Text size="sm" c="dimmed">
        {mayReview ? t("next.about", { concept: word }) : t("next.only")}
      </Text>
      <ul className={classes.grid}>
        {shown.map((asset, at) => (
          <NextCard
            key={asset}
            asset={asset}
            alt={t("picture", { n: at + 1, of: word })}
            concept={word}
            said={answers.get(asset)}
            mayReview={mayReview}
            answer={answer}
            takeBack={takeBack}
          />
        ))}
      </ul>
      {mayReview && (
        <Group justify="space-between">
          <Text size="sm" role="status">
            {t("next.left", { count: left, n: count(left) })}
          </Text>
          {left === 0 && (
            <Button size="compact-sm" variant="light" onClick={() => void further()}>
              {t("next.further")}
            </Button>
          )}
        </Group>
      )}
    </Stack>
  );
}
