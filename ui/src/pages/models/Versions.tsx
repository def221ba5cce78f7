import { Anchor, Box, Group, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { ModelOut } from "@/api/schema";
import { useWorkspace } from "@/app/session";
import { ago, count, moment, percent } from "@/parts/numbers";
import { Axis, Interval } from "@/parts/plots/Interval";
import { type Scale, sharesFrom } from "@/parts/plots/scale";
import classes from "./Models.module.css";
import { StatusBadge } from "./StatusBadge";
import { LOOKS, mainOf, overlap, rowsOf, summaryOf, type VersionRow } from "./versionRows";

interface Props {
  models: readonly ModelOut[];
  facet: { id: string; label: string };
  /** The version that is shown already: no link to it. */
  here?: number;
}

/** Every version of one facet as a dot with its interval, on one axis: newest on top. */
export function Versions({ models, facet, here }: Props) {
  const { t } = useTranslation("models");
  const rows = rowsOf(models, facet.id);
  const scale = sharesFrom(rows.flatMap(({ figure }) => (figure ? [figure.low] : [])));
  const figure = t(`figures.${mainOf(models[0] ? summaryOf(models[0], facet.id) : {})}`);
  return (
    <Box>
      <Table className={classes.versions} verticalSpacing={2} withRowBorders={false}>
        <Table.Caption className="visually-hidden">
          {t("versions.caption", { facet: facet.label })}
        </Table.Caption>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("versions.version")}</Table.Th>
            <Table.Th>{t("versions.learned")}</Table.Th>
            <Table.Th className={classes.wide}>{figure}</Table.Th>
            <Table.Th>
              <span className="visually-hidden">{t("versions.figure")}</span>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Row
              key={row.model.version}
              row={row}
              scale={scale}
              isHere={row.model.version === here}
            />
          ))}
          <Table.Tr aria-hidden>
            <Table.Td />
            <Table.Td data-date />
            <Table.Td className={classes.wide}>
              <Axis scale={scale} show={percent} />
            </Table.Td>
            <Table.Td />
          </Table.Tr>
        </Table.Tbody>
      </Table>
      {overlap(rows) && (
        <Text size="sm" c="dimmed" mt="xs">
          {t("versions.overlap")}
        </Text>
      )}
    </Box>
  );
}

function Row({ row, scale, isHere }: { row: VersionRow; scale: Scale; isHere: boolean }) {
  const { t } = useTranslation(["models", "app"]);
  const ws = useWorkspace();
  const { model, status, figure } = row;
  const name = t("version", { version: model.version });
  const params = { ws, taxonomy: model.taxonomy, version: String(model.version) };
  return (
    <Table.Tr data-here={isHere || undefined}>
      <Table.Th scope="row" fw={400}>
        <Group gap={8} wrap="nowrap" className={classes.name}>
          {isHere ? (
            <Text fw={650}>{name}</Text>
          ) : (
            <Anchor
              fw={600}
              renderRoot={(props) => (
                <Link to="/w/$ws/models/$taxonomy/$version" params={params} {...props} />
              )}
            >
              {name}
            </Anchor>
          )}
          <StatusBadge status={status} />
        </Group>
      </Table.Th>
      <Table.Td data-date>
        <Text size="sm" c="dimmed" title={moment(model.created_at)} className={classes.name}>
          {ago(model.created_at)}
        </Text>
      </Table.Td>
      <Table.Td className={classes.wide}>
        {figure && <Interval of={figure} scale={scale} look={LOOKS[status]} />}
      </Table.Td>
      <Table.Td className="figures">
        {figure ? (
          <Text size="sm" className={classes.name}>
            <b>{percent(figure.value, 1)}</b>{" "}
            <Text span size="xs" c="dimmed">
              {t("app:figure.interval", {
                low: percent(figure.low, 1),
                high: percent(figure.high, 1),
                n: count(figure.n),
              })}
            </Text>
          </Text>
        ) : (
          <Text size="sm" c="dimmed">
            {t("app:figure.none")}
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
