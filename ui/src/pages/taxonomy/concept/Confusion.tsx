import { Anchor, Box, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { ConceptOut } from "@/api/schema";
import { count } from "@/parts/numbers";
import { wordOf } from "@/parts/taxonomy";
import { picturesQuery } from "../queries";
import classes from "./HealthPart.module.css";
import { Thumbs } from "./Thumbs";

interface Props {
  taxonomy: string;
  concept: ConceptOut;
  partner: ConceptOut;
  /** How often on the test pictures. */
  times: number;
  select: (id: string) => void;
}

const SHOWN = 3;

/** The concept it is mistaken for most often, side by side with it. */
export function Confusion({ taxonomy, concept, partner, times, select }: Props) {
  const { t } = useTranslation("taxonomy");
  return (
    <Stack gap="xs">
      <Text size="sm">
        {t("confused.text", {
          count: times,
          n: count(times),
          one: wordOf(concept),
          other: wordOf(partner),
        })}
      </Text>
      <Box className={classes.confused}>
        <Side taxonomy={taxonomy} concept={concept} />
        <Side taxonomy={taxonomy} concept={partner} select={select} />
      </Box>
    </Stack>
  );
}

interface SideProps {
  taxonomy: string;
  concept: ConceptOut;
  select?: (id: string) => void;
}

function Side({ taxonomy, concept, select }: SideProps) {
  const word = wordOf(concept);
  const { data } = useQuery(picturesQuery(taxonomy, concept.id, SHOWN, "confirmed"));
  return (
    <Box>
      {select ? (
        <Anchor
          component="button"
          type="button"
          display="block"
          size="sm"
          mb={4}
          onClick={() => select(concept.id)}
        >
          {word}
        </Anchor>
      ) : (
        <Text size="sm" mb={4}>
          {word}
        </Text>
      )}
      <Box mih={80}>
        {data && (
          <Thumbs assets={data.items.map((asset) => asset.id)} label={word} columns={SHOWN} />
        )}
      </Box>
    </Box>
  );
}
