import { Button, Group, Skeleton, Text, Title, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { percent } from "@/parts/numbers";
import { Picture } from "@/parts/Picture";
import { alikeQuery } from "../asking";
import { nameOf, type Trees, wordsOn } from "../trees";
import classes from "./Detail.module.css";

interface Props {
  id: string;
  trees: Trees;
  onLike: () => void;
  onOpen: (id: string) => void;
}

const FEW = 8;

/** The nearest pictures and what they are: why the machine thinks what it thinks. */
export function Evidence({ id, trees, onLike, onOpen }: Props) {
  const { t } = useTranslation("library");
  const { data, isPending, error } = useQuery(alikeQuery(id, {}, FEW));
  return (
    <section className={classes.part} aria-label={t("alike.label")}>
      <Group justify="space-between" mb={8}>
        <Title order={3} size="sm">
          {t("alike.label")}
        </Title>
        <Button variant="subtle" size="compact-sm" onClick={onLike}>
          {t("alike.all")}
        </Button>
      </Group>
      {error !== null && (
        <Text size="sm" c="dimmed">
          {t("alike.notYet")}
        </Text>
      )}
      <div className={classes.alike}>
        {isPending &&
          Array.from({ length: FEW }, (_, at) => <Skeleton key={at} className={classes.near} />)}
        {data?.assets.map((asset) => {
          const words = wordsOn(trees, asset);
          const cosine = percent(data.cosines.get(asset.id) ?? 0);
          return (
            <UnstyledButton
              key={asset.id}
              className={classes.near}
              onClick={() => onOpen(asset.id)}
              aria-label={t("alike.one", { name: words.join(", ") || nameOf(asset), cosine })}
            >
              <Picture asset={asset.id} box={160} alt="" />
              <span className={`${classes.cosine} figures`} aria-hidden>
                {[cosine, words[0]].filter(Boolean).join(" ")}
              </span>
            </UnstyledButton>
          );
        })}
      </div>
    </section>
  );
}
