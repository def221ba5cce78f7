import { Title } from "@mantine/core";
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import type { AssetOut } from "@/api/schema";
import { bytes, count, moment } from "@/parts/numbers";
import classes from "./Detail.module.css";

/** What the file says of itself. */
export function Facts({ asset }: { asset: AssetOut }) {
  const { t } = useTranslation("library");
  const facts: [string, string][] = [
    [t("facts.size"), `${count(asset.width)} × ${count(asset.height)}`],
    [t("facts.file"), `${asset.format}, ${bytes(asset.size)}`],
    [t("facts.taken"), asset.taken_at ? moment(asset.taken_at) : t("facts.unknown")],
    [t("facts.from"), asset.locations.map(shown).join("\n")],
    [t("facts.id"), asset.id],
  ];
  return (
    <section className={classes.part} aria-label={t("facts.label")}>
      <Title order={3} size="sm" mb={8}>
        {t("facts.label")}
      </Title>
      <dl className={classes.facts}>
        {facts.map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
      </dl>
    </section>
  );
}

/** A place as people read it. */
function shown(location: string): string {
  const plain = location.replace(/^upload:[0-9a-f]{64}\/?/, "").replace(/^file:\/\//, "");
  try {
    return decodeURIComponent(plain) || location;
  } catch {
    return plain;
  }
}
