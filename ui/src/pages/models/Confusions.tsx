import { Box, Table, Text, UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { count, percent } from "@/parts/numbers";
import { Card } from "./Card";
import { ConfusedPictures } from "./ConfusedPictures";
import { type Cell, type Matrix, matrixOf, unnamed, worst } from "./confusion";
import classes from "./Models.module.css";
import { type Confusion, type FacetReport, lastWord } from "./report";

const PAIRS = 20;
/** So many of them stand beside a table that leaves room for them. */
const WORST = 8;
const BESIDE = 12;

interface Props {
  facet: FacetReport;
  words: Readonly<Record<string, string>>;
}

/** Which concept was taken for which: a table of all pairs where it can be read, else the worst. */
export function Confusions({ facet, words }: Props) {
  const { t } = useTranslation("models");
  const [open, setOpen] = useState<Confusion | null>(null);
  if (facet.kind !== "one" || !facet.confusions) return null;
  const matrix = matrixOf(facet);
  const rest = unnamed(facet);
  const pairs = worst(facet.confusions, PAIRS);
  return (
    <Card title={t("confusion.title")} about={t("confusion.about", { n: count(facet.n) })}>
      {pairs.length === 0 && <Text>{t("confusion.none")}</Text>}
      {pairs.length > 0 && (
        <div className={classes.confusions}>
          {matrix && (
            <Box visibleFrom="sm" flex="0 1 auto">
              <MatrixTable matrix={matrix} words={words} open={setOpen} />
            </Box>
          )}
          {(!matrix || matrix.concepts.length <= BESIDE) && (
            <Box className={classes.pairs}>
              <Pairs pairs={matrix ? pairs.slice(0, WORST) : pairs} words={words} open={setOpen} />
            </Box>
          )}
        </div>
      )}
      {rest > 0 && (
        <Text size="sm" c="dimmed" mt="sm">
          {t("confusion.unnamed", { count: rest })}
        </Text>
      )}
      <ConfusedPictures pair={open} words={words} close={() => setOpen(null)} />
    </Card>
  );
}

interface MatrixProps {
  matrix: Matrix;
  words: Readonly<Record<string, string>>;
  open: (pair: Confusion) => void;
}

function MatrixTable({ matrix, words, open }: MatrixProps) {
  const { t } = useTranslation("models");
  const { concepts, rows, totals } = matrix;
  return (
    <Box
      style={{ overflowX: "auto" }}
      tabIndex={0}
      role="region"
      aria-label={t("confusion.caption")}
    >
      <table className={classes.matrix}>
        <caption className="visually-hidden">{t("confusion.caption")}</caption>
        <thead>
          <tr>
            <td>
              <Text size="xs" c="dimmed" ta="right" pr={8}>
                {t("confusion.axes")}
              </Text>
            </td>
            {concepts.map((concept) => (
              <th key={concept} scope="col">
                <span>{lastWord(words, concept)}</span>
              </th>
            ))}
            <th scope="col">
              <span>{t("confusion.total")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => {
            const truth = concepts[at] ?? "";
            return (
              <tr key={truth}>
                <th scope="row">{lastWord(words, truth)}</th>
                {row.map((cell, column) => (
                  <Square
                    key={concepts[column]}
                    cell={cell}
                    pair={{ truth, said: concepts[column] ?? "", n: cell.n, assets: cell.assets }}
                    words={words}
                    open={open}
                  />
                ))}
                <td className="figures" align="center">
                  <Text size="sm" c="dimmed">
                    {count(totals[at] ?? 0)}
                  </Text>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Box>
  );
}

interface SquareProps {
  cell: Cell;
  pair: Confusion;
  words: Readonly<Record<string, string>>;
  open: (pair: Confusion) => void;
}

const FAINT = 12;
const STRONG = 60;

/** Darker where more of the row's pictures are. */
function Square({ cell, pair, words, open }: SquareProps) {
  const { t } = useTranslation("models");
  const isRight = pair.truth === pair.said;
  const tone = isRight ? "var(--right)" : "var(--wrong)";
  const strength = Math.round(
    FAINT + (STRONG - FAINT) * Math.min(cell.share * (isRight ? 1 : 4), 1),
  );
  const style =
    cell.n > 0 ? { background: `color-mix(in srgb, ${tone} ${strength}%, transparent)` } : {};
  const told = t("confusion.cell", {
    truth: lastWord(words, pair.truth),
    said: lastWord(words, pair.said),
    count: cell.n,
    share: percent(cell.share),
  });
  return (
    <td
      className={classes.cell}
      data-nothing={cell.n === 0 || undefined}
      style={style}
      title={told}
    >
      {cell.assets.length > 0 ? (
        <UnstyledButton fz="sm" aria-label={told} onClick={() => open(pair)}>
          {count(cell.n)}
        </UnstyledButton>
      ) : (
        count(cell.n)
      )}
    </td>
  );
}

interface PairsProps {
  pairs: readonly Confusion[];
  words: Readonly<Record<string, string>>;
  open: (pair: Confusion) => void;
}

function Pairs({ pairs, words, open }: PairsProps) {
  const { t } = useTranslation("models");
  return (
    <Table verticalSpacing={6} maw={640}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("confusion.truth")}</Table.Th>
          <Table.Th>{t("confusion.said")}</Table.Th>
          <Table.Th ta="right">{t("confusion.pictures")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody className="figures">
        {pairs.map((pair) => {
          const [truth, said] = [lastWord(words, pair.truth), lastWord(words, pair.said)];
          return (
            <Table.Tr key={`${pair.truth} ${pair.said}`}>
              <Table.Td>{truth}</Table.Td>
              <Table.Td>{said}</Table.Td>
              <Table.Td ta="right">
                {pair.assets?.length ? (
                  <UnstyledButton
                    fz="sm"
                    fw={650}
                    td="underline"
                    px={10}
                    py={2}
                    aria-label={t("confusion.show", { truth, said, count: pair.n })}
                    onClick={() => open(pair)}
                  >
                    {count(pair.n)}
                  </UnstyledButton>
                ) : (
                  count(pair.n)
                )}
              </Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}
