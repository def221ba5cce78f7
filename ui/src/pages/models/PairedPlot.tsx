import { Stack, Table, Text } from "@mantine/core";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import type { Measured } from "@/parts/Figure";
import { count, percent } from "@/parts/numbers";
import { Axis, Interval, type Look } from "@/parts/plots/Interval";
import { aroundZero, type Scale, sharesFrom } from "@/parts/plots/scale";
import classes from "./Models.module.css";
import { type GateFigures, isKnown, type Known } from "./report";
import { points } from "./words";

interface Props {
  figures: Partial<GateFigures>;
  a: number;
  b: number;
}

const NAMES = ["right", "coverage", "precision"] as const;

/** The two side by side on one axis, and the paired difference around zero. */
export function PairedPlot({ figures, a, b }: Props) {
  const { t, i18n } = useTranslation(["models", "app"]);
  const { champion, challenger } = figures;
  if (!champion || !challenger) return null;
  const rows = NAMES.flatMap((name) => [
    { name, version: a, figure: champion[name], look: "plain" as Look },
    { name, version: b, figure: challenger[name], look: "full" as Look },
  ]);
  const scale = sharesFrom(rows.flatMap(({ figure }) => (isKnown(figure) ? [figure.low] : [])));
  return (
    <Stack gap="xl">
      <Table className={classes.versions} verticalSpacing={2} withRowBorders={false}>
        <Table.Tbody className="figures">
          {rows.map(({ name, version, figure, look }, at) => (
            <Fragment key={`${name} ${version}`}>
              {at % 2 === 0 && <Name text={t(`compare.${name}`)} />}
              <Table.Tr>
                <Table.Th scope="row" fw={400} className={classes.first}>
                  <Text size="sm">{t("version", { version })}</Text>
                </Table.Th>
                <Cells
                  figure={figure}
                  look={look}
                  scale={scale}
                  show={(value) => percent(value, 1)}
                />
              </Table.Tr>
            </Fragment>
          ))}
          <Foot scale={scale} show={percent} />
        </Table.Tbody>
      </Table>
      <Differences figures={figures} language={i18n.language} b={b} a={a} />
    </Stack>
  );
}

function Name({ text }: { text: string }) {
  return (
    <Table.Tr>
      <Table.Th colSpan={3} pt="sm">
        {text}
      </Table.Th>
    </Table.Tr>
  );
}

interface CellsProps {
  figure: Measured;
  look: Look;
  scale: Scale;
  show: (value: number) => string;
  lines?: readonly number[];
}

function Cells({ figure, look, scale, show, lines = [] }: CellsProps) {
  const { t } = useTranslation(["models", "app"]);
  const known: Known | null = isKnown(figure) ? figure : null;
  return (
    <>
      <Table.Td className={classes.wide}>
        {known && <Interval of={known} look={look} scale={scale} lines={lines} />}
      </Table.Td>
      <Table.Td>
        {known ? (
          <Text size="sm" className={classes.name}>
            <b>{show(known.value)}</b>{" "}
            <Text span size="xs" c="dimmed">
              {t("plot.to", {
                low: show(known.low),
                high: show(known.high),
                n: count(known.n),
              })}
            </Text>
          </Text>
        ) : (
          <Text size="sm" c="dimmed">
            {t("app:figure.none")}
          </Text>
        )}
      </Table.Td>
    </>
  );
}

function Foot({ scale, show }: { scale: Scale; show: (value: number) => string }) {
  return (
    <Table.Tr aria-hidden>
      <Table.Td />
      <Table.Td className={classes.wide}>
        <Axis scale={scale} show={show} />
      </Table.Td>
      <Table.Td />
    </Table.Tr>
  );
}

/** How much b is better, in points; the dashed line is what may be lost and still count as equal. */
function Differences({ figures, language, a, b }: Props & { language: string }) {
  const { t } = useTranslation("models");
  const {
    overall,
    coverage_difference: coverage,
    ranking_difference: ranking,
    margin = 0,
  } = figures;
  if (!overall) return null;
  const rows = [
    ["right", overall.difference] as const,
    ...(coverage ? [["coverage", coverage] as const] : []),
    ...(ranking ? [["ranking", ranking] as const] : []),
  ];
  const ends = rows.flatMap(([, { low, high }]) => [low ?? 0, high ?? 0]);
  const scale = aroundZero([...ends, margin]);
  const show = (value: number) => points(value, language);
  return (
    <div>
      <Text fw={600} size="sm" px="xs" mb={4}>
        {t("compare.difference", { a, b })}
      </Text>
      <Table className={classes.versions} verticalSpacing={2} withRowBorders={false}>
        <Table.Tbody className="figures">
          {rows.map(([name, figure]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row" fw={400} className={classes.first}>
                <Text size="sm">{t(`compare.${name}`)}</Text>
              </Table.Th>
              <Cells
                figure={figure}
                look="full"
                scale={scale}
                show={show}
                lines={name === "right" ? [0, -margin] : [0]}
              />
            </Table.Tr>
          ))}
          <Foot scale={scale} show={(value) => points(value, language)} />
        </Table.Tbody>
      </Table>
      <Text size="sm" c="dimmed" mt="xs">
        {t("compare.paired", {
          b,
          gained: count(overall.gained),
          lost: count(overall.lost),
          n: count(overall.n),
          margin: points(margin, language).replace("+", ""),
        })}
      </Text>
    </div>
  );
}
