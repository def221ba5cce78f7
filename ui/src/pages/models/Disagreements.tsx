import { Group, Stack, Text } from "@mantine/core";
import { IconCheck, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { count } from "@/parts/numbers";
import { type Disagreement, lastWord } from "./report";
import { Thumbs } from "./Thumbs";

interface Props {
  found: readonly Disagreement[];
  words: Readonly<Record<string, string>>;
  a: number;
  b: number;
}

/** Pictures on which the two say different things, and who is right. */
export function Disagreements({ found, words, a, b }: Props) {
  const { t } = useTranslation("models");
  return (
    <Stack gap="lg" component="ul" m={0} p={0} style={{ listStyle: "none" }}>
      {found.map((each) => {
        const truth = lastWord(words, each.truth);
        return (
          <li key={`${each.truth} ${each.a} ${each.b}`}>
            <Group gap="md" mb={6}>
              <Text fw={600}>
                {t("compare.truth", { truth, count: each.n, shown: count(each.n) })}
              </Text>
              <Said version={a} said={each.a} truth={each.truth} words={words} />
              <Said version={b} said={each.b} truth={each.truth} words={words} />
            </Group>
            <Thumbs assets={each.assets} alt={truth} small />
          </li>
        );
      })}
    </Stack>
  );
}

interface SaidProps {
  version: number;
  said: string | null;
  truth: string;
  words: Readonly<Record<string, string>>;
}

function Said({ version, said, truth, words }: SaidProps) {
  const { t } = useTranslation("models");
  const isRight = said === truth;
  const Sign = isRight ? IconCheck : IconX;
  return (
    <Group gap={4} wrap="nowrap">
      <Sign size={16} aria-label={t(isRight ? "compare.isRight" : "compare.isWrong")} role="img" />
      <Text size="sm">
        {t("compare.says", {
          version,
          said: said === null ? t("compare.retired") : lastWord(words, said),
        })}
      </Text>
    </Group>
  );
}
