import { Table, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { count, percent } from "@/parts/numbers";
import { Card } from "./Card";
import { ContractWords } from "./ContractWords";
import classes from "./Models.module.css";
import { aboveOf, type FacetReport, lastWord, type Promise, type Report } from "./report";

interface Props {
  facet: FacetReport;
  report: Report;
}

/** The contract: what is promised, for leaf and parent or concept by concept, and on what ground. */
export function ContractCard({ facet, report }: Props) {
  const { t } = useTranslation("models");
  const promises = Object.entries(facet.promises);
  return (
    <Card title={t("contract.title")}>
      <ContractWords facet={facet} contract={report.contract} />
      {facet.kind === "one" && <Levels facet={facet} />}
      {promises.length > 1 && (
        <Table.ScrollContainer minWidth={520} mt="md" scrollAreaProps={{ tabIndex: 0 }}>
          <Table verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("concepts.concept")}</Table.Th>
                <Table.Th>{t("contract.state")}</Table.Th>
                <Table.Th>{t("contract.cutoff")}</Table.Th>
                <Table.Th>{t("contract.ground")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody className="figures">
              {promises.map(([concept, promise]) => (
                <ConceptPromise
                  key={concept}
                  promise={promise}
                  word={lastWord(report.words, concept)}
                  above={aboveOf(report.words, concept)}
                />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Card>
  );
}

/** What one of several things is promised of the leaf and of what is above it. */
function Levels({ facet }: { facet: FacetReport }) {
  const { t } = useTranslation("models");
  const promise = Object.values(facet.promises)[0];
  if (promise === undefined || promise.tagged === 0 || !facet.verdicts) return null;
  const { auto, parent, review, abstain } = facet.verdicts;
  const all = Math.max(auto + parent + review + abstain, 1);
  const levels = promise.cutoffs.length;
  const rows = [
    ["leaf", auto, promise.cutoffs[0]],
    ...(levels > 1 ? [["parent", parent, promise.cutoffs[1]] as const] : []),
    ["people", review + abstain, undefined],
  ] as const;
  return (
    <dl className={classes.figures} style={{ marginTop: "var(--mantine-spacing-lg)" }}>
      {rows.map(([level, n, cutoff]) => (
        <div key={level}>
          <dt>{t(`contract.${level}`)}</dt>
          <dd>
            <Text component="span" fw={650} size="lg" className="figures">
              {percent(n / all)}
            </Text>{" "}
            <Text component="span" size="sm" c="dimmed">
              {t("contract.of", { n: count(n), all: count(all) })}
            </Text>
            <Text size="sm" c="dimmed">
              {cutoff === undefined
                ? t("contract.guesses")
                : cutoff === null
                  ? t("contract.never")
                  : t("contract.from", { p: percent(cutoff, 1) })}
            </Text>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function ConceptPromise({
  promise,
  word,
  above,
}: {
  promise: Promise;
  word: string;
  above: string;
}) {
  const { t } = useTranslation("models");
  const [cutoff] = promise.cutoffs;
  const held = promise.tagged > 0;
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500}>
        {word}
        {above && (
          <Text size="xs" c="dimmed">
            {above}
          </Text>
        )}
      </Table.Th>
      <Table.Td>{t(held ? "contract.alone" : "contract.asks")}</Table.Td>
      <Table.Td>{typeof cutoff === "number" ? percent(cutoff, 1) : "–"}</Table.Td>
      <Table.Td>
        {held
          ? t("contract.right", { right: count(promise.right), tagged: count(promise.tagged) })
          : promise.missing === null
            ? t("contract.outOfReachShort")
            : t("contract.missingShort", {
                count: promise.missing * 10,
                shown: count(promise.missing * 10),
              })}
      </Table.Td>
    </Table.Tr>
  );
}
