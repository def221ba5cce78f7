import { Anchor, Button, Table, Text, TextInput, UnstyledButton } from "@mantine/core";
import { IconArrowDown, IconArrowsSort, IconArrowUp, IconSearch } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useWorkspace } from "@/app/session";
import type { Measured } from "@/parts/Figure";
import { count, percent } from "@/parts/numbers";
import { IntervalBar } from "@/parts/plots/Interval";
import { Card } from "./Card";
import { type Column, type Order, pressed, sorted } from "./conceptRows";
import { searchFor } from "./library";
import classes from "./Models.module.css";
import { aboveOf, type ConceptFigures, type FacetReport, isKnown, lastWord } from "./report";

const FEW = 20;

interface Props {
  facet: FacetReport;
  words: Readonly<Record<string, string>>;
}

/** Precision, recall and F1 of each concept, the weakest first; each row leads to its pictures. */
export function Concepts({ facet, words }: Props) {
  const { t } = useTranslation("models");
  const [order, setOrder] = useState<Order>({ by: "f1", down: false });
  const [typed, setTyped] = useState("");
  const [isWhole, setWhole] = useState(false);
  const all = facet.concepts ?? [];
  const wanted = typed.trim().toLocaleLowerCase();
  const found = sorted(all, order, words).filter(({ concept }) =>
    (words[concept] ?? concept).toLocaleLowerCase().includes(wanted),
  );
  const shown = isWhole ? found : found.slice(0, FEW);
  const columns: Column[] = ["concept", "train", "precision", "recall", "f1"];
  if (facet.kind === "any") columns.push("average_precision");
  return (
    <Card title={t("concepts.title")} about={t("concepts.about")}>
      {all.length > FEW && (
        <TextInput
          mb="sm"
          maw={320}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          aria-label={t("concepts.find")}
          placeholder={t("concepts.find")}
          leftSection={<IconSearch size={16} aria-hidden />}
        />
      )}
      <Table.ScrollContainer minWidth={720} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table verticalSpacing="xs">
          <Table.Thead>
            <Table.Tr>
              {columns.map((column) => (
                <Head key={column} column={column} order={order} setOrder={setOrder} />
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody className="figures">
            {shown.map((row) => (
              <Row key={row.concept} row={row} words={words} isAny={facet.kind === "any"} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {found.length > FEW && !isWhole && (
        <Button mt="sm" variant="subtle" size="compact-sm" onClick={() => setWhole(true)}>
          {t("concepts.all", { count: found.length, shown: count(found.length) })}
        </Button>
      )}
    </Card>
  );
}

interface HeadProps {
  column: Column;
  order: Order;
  setOrder: (order: Order) => void;
}

function Head({ column, order, setOrder }: HeadProps) {
  const { t } = useTranslation("models");
  const isOrder = order.by === column;
  const Sign = !isOrder ? IconArrowsSort : order.down ? IconArrowDown : IconArrowUp;
  return (
    <Table.Th aria-sort={isOrder ? (order.down ? "descending" : "ascending") : "none"}>
      <UnstyledButton
        className={classes.sort ?? ""}
        fz="sm"
        title={t(`concepts.${column}About`)}
        onClick={() => setOrder(pressed(order, column))}
      >
        {t(`concepts.${column}`)}{" "}
        <Sign
          size={14}
          aria-hidden
          style={{ verticalAlign: "-2px", opacity: isOrder ? 1 : 0.45 }}
        />
      </UnstyledButton>
    </Table.Th>
  );
}

interface RowProps {
  row: ConceptFigures;
  words: Readonly<Record<string, string>>;
  isAny: boolean;
}

function Row({ row, words, isAny }: RowProps) {
  const { t } = useTranslation("models");
  const ws = useWorkspace();
  const word = lastWord(words, row.concept);
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500}>
        {row.rest ? (
          t("concepts.rest", { concept: word })
        ) : (
          <Anchor
            inherit
            renderRoot={(props) => (
              <Link
                to="/w/$ws/library"
                params={{ ws }}
                search={{ q: searchFor(row.concept) }}
                {...props}
              />
            )}
          >
            {word}
          </Anchor>
        )}
        <Text size="xs" c="dimmed">
          {aboveOf(words, row.concept)}
        </Text>
      </Table.Th>
      <Table.Td>{count(row.train)}</Table.Td>
      <Cell of={row.precision} />
      <Cell of={row.recall} />
      <Cell of={row.f1} />
      {isAny && <Cell of={row.average_precision} />}
    </Table.Tr>
  );
}

function Cell({ of }: { of: Measured | undefined }) {
  const { t } = useTranslation(["models", "app"]);
  if (!isKnown(of)) {
    return (
      <Table.Td>
        <Text size="sm" c="dimmed">
          {t("app:figure.none")}
        </Text>
      </Table.Td>
    );
  }
  const words = { low: percent(of.low), high: percent(of.high), n: count(of.n) };
  return (
    <Table.Td miw={130}>
      <Text component="span" size="sm" fw={600}>
        {percent(of.value)}
      </Text>{" "}
      <Text component="span" size="xs" c="dimmed">
        {t("app:figure.interval", words)}
      </Text>
      <IntervalBar of={of} />
    </Table.Td>
  );
}
