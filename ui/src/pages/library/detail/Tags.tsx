import { ActionIcon, Group, Text, Title } from "@mantine/core";
import { IconCheck, IconPlus, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { EntryOut } from "@/api/schema";
import { useMay } from "@/app/session";
import { Loading } from "@/parts/Loading";
import { ago, moment } from "@/parts/numbers";
import { Probability } from "@/parts/Probability";
import { Tag } from "@/parts/Tag";
import { wordOf } from "@/parts/taxonomy";
import { tagsQuery } from "../asking";
import { ConceptMenu } from "../ConceptMenu";
import { useSay } from "../say";
import { conceptOf, type Trees } from "../trees";
import classes from "./Detail.module.css";

interface Props {
  id: string;
  trees: Trees;
}

/** What stands on a picture: how sure, since when and by whom; to be confirmed or taken away. */
export function Tags({ id, trees }: Props) {
  const { t } = useTranslation("library");
  const { data: tags } = useQuery(tagsQuery(id));
  const mayReview = useMay("review");
  const say = useSay();
  const sayOf = (taxonomy: string, concept: string, positive: boolean) =>
    say.mutate(new Map([[taxonomy, [{ asset: id, concept, positive }]]]));
  return (
    <section className={classes.part} aria-label={t("tags.label")}>
      <Group justify="space-between" mb={4}>
        <Title order={3} size="sm">
          {t("tags.label")}
        </Title>
        {mayReview && (
          <ConceptMenu
            trees={trees}
            label={t("tags.add")}
            icon={<IconPlus size={16} aria-hidden />}
            onPick={(taxonomy, concept) => sayOf(taxonomy, concept, true)}
          />
        )}
      </Group>
      {tags === undefined && <Loading />}
      {tags?.length === 0 && (
        <Text size="sm" c="dimmed">
          {t("tags.none")}
        </Text>
      )}
      <ul className={classes.tags}>
        {tags?.toSorted(byStanding).map((tag) => (
          <Row
            key={`${tag.taxonomy} ${tag.concept} ${tag.facet}`}
            tag={tag}
            trees={trees}
            isBusy={say.isPending}
            onSay={mayReview && tag.concept !== null ? sayOf : undefined}
          />
        ))}
      </ul>
    </section>
  );
}

const ORDER = { confirmed: 0, auto: 1, suggested: 2, rejected: 3 } as const;

function byStanding(a: EntryOut, b: EntryOut): number {
  return ORDER[a.status] - ORDER[b.status] || (b.p ?? 1) - (a.p ?? 1);
}

interface RowProps {
  tag: EntryOut;
  trees: Trees;
  isBusy: boolean;
  onSay: ((taxonomy: string, concept: string, positive: boolean) => void) | undefined;
}

function Row({ tag, trees, isBusy, onSay }: RowProps) {
  const { t } = useTranslation("library");
  const { taxonomy, concept, status, actor_kind, p, cutoff } = tag;
  const known = concept === null ? undefined : conceptOf(trees, taxonomy, concept);
  const label = known ? wordOf(known) : (tag.path.at(-1) ?? t("tags.nothing"));
  const isOurs = status === "confirmed" && actor_kind === "person";
  return (
    <li className={classes.tag}>
      <div className={classes.words}>
        <Group gap="xs">
          <Tag label={label} status={status} p={p} />
          {p !== null && <Probability p={p} cutoff={cutoff} />}
        </Group>
        <Text size="xs" c="dimmed" mt={2} title={moment(tag.at)}>
          {tag.path.length > 1 && `${tag.path.slice(0, -1).join(" › ")} · `}
          {sourceOf(tag, t)} · {ago(tag.at)}
        </Text>
      </div>
      {onSay && concept !== null && !isOurs && (
        <ActionIcon
          variant="subtle"
          aria-label={t("tags.confirm", { word: label })}
          title={t("tags.confirm", { word: label })}
          disabled={isBusy}
          onClick={() => onSay(taxonomy, concept, true)}
        >
          <IconCheck size={18} />
        </ActionIcon>
      )}
      {onSay && concept !== null && status !== "rejected" && (
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t("tags.reject", { word: label })}
          title={t("tags.reject", { word: label })}
          disabled={isBusy}
          onClick={() => onSay(taxonomy, concept, false)}
        >
          <IconX size={18} />
        </ActionIcon>
      )}
    </li>
  );
}

type Words = (key: string, holes: Record<string, unknown>) => string;

/** Who put it there. */
export function sourceOf({ actor_kind, actor, model }: EntryOut, t: Words): string {
  return t(`from.${actor_kind}`, { actor, model: model ?? "" });
}
