import { Anchor, Badge, Button, Group, Text, ThemeIcon, UnstyledButton } from "@mantine/core";
import {
  IconArrowBackUp,
  IconBinaryTree2,
  IconChecks,
  IconChevronDown,
  IconChevronUp,
  IconPhotoPlus,
  IconRobot,
  IconSchool,
  IconTagOff,
  IconTrophy,
  IconUpload,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { RunOut } from "@/api/schema";
import { useMay, useWorkspace } from "@/app/session";
import { ago, count, moment } from "@/parts/numbers";
import classes from "./Activity.module.css";
import { canBeUndone, type Episode, isCheck, kindOf, modelOf, undoOf } from "./told";
import { actorWords, sentenceWords } from "./words";

const SIGNS = {
  import: IconPhotoPlus,
  upload: IconUpload,
  train: IconSchool,
  tag: IconRobot,
  decide: IconChecks,
  edit: IconBinaryTree2,
  champion: IconTrophy,
  clean: IconTagOff,
  alpha: IconTagOff,
  undo: IconArrowBackUp,
  other: IconChecks,
} as const;

interface Props {
  episode: Episode;
  /** All that are shown: an undo among them can be undone. */
  runs: readonly RunOut[];
  onUndo: (runs: readonly RunOut[]) => void;
  onRedo: (undo: RunOut) => void;
}

export function Row({ episode, runs, onUndo, onRedo }: Props) {
  const { t } = useTranslation("activity");
  const mayUndo = useMay("edit");
  const { first } = episode;
  const Sign = SIGNS[kindOf(first)];
  const undo = first.undone ? undoOf(first, runs) : undefined;
  const sentence = sentenceWords(t, episode);
  return (
    <li className={classes.row} data-undone={first.undone || undefined}>
      <ThemeIcon variant="light" color={first.undone ? "gray" : undefined} radius="xl" aria-hidden>
        <Sign size={16} />
      </ThemeIcon>
      <div className={classes.text}>
        <Text component="div">
          <Text span fw={600}>
            {t("who", { actor: actorWords(t, first.actor) })}
          </Text>{" "}
          <span className={classes.sentence}>{sentence}</span>{" "}
          {first.undone && (
            <Badge size="sm" variant="light" color="gray" tt="none">
              {t("undone")}
            </Badge>
          )}
        </Text>
        <Group gap="xs">
          <Text size="sm" c="dimmed" title={moment(first.started_at)}>
            <time dateTime={first.started_at}>{ago(first.started_at)}</time>
          </Text>
          <Where run={first} />
        </Group>
        {episode.runs.length > 1 && <Inside episode={episode} onUndo={onUndo} />}
      </div>
      {mayUndo && canBeUndone(first) && (
        <Button
          size="xs"
          variant="default"
          onClick={() => onUndo(episode.runs)}
          aria-label={t("undoNamed", { sentence })}
        >
          {kindOf(first) === "undo" ? t("redo") : t("undo")}
        </Button>
      )}
      {mayUndo && undo && (
        <Button
          size="xs"
          variant="default"
          onClick={() => onRedo(undo)}
          aria-label={t("redoNamed", { sentence })}
        >
          {t("redo")}
        </Button>
      )}
    </li>
  );
}

/** The way to what was touched. */
function Where({ run }: { run: RunOut }) {
  const { t } = useTranslation("activity");
  const ws = useWorkspace();
  const model = modelOf(run);
  const kind = kindOf(run);
  const taxonomy = run.params["taxonomy"];
  if (model) {
    const params = { ws, taxonomy: model.taxonomy, version: String(model.version) };
    return (
      <Way
        words={t("toModel")}
        link={(props) => <Link to="/w/$ws/models/$taxonomy/$version" params={params} {...props} />}
      />
    );
  }
  if (kind === "edit" && typeof taxonomy === "string") {
    return (
      <Way
        words={t("toTaxonomy")}
        link={(props) => (
          <Link to="/w/$ws/taxonomies/$taxonomy" params={{ ws, taxonomy }} {...props} />
        )}
      />
    );
  }
  if (isCheck(run) && typeof taxonomy === "string") {
    return (
      <Way
        words={t("toLabels")}
        link={(props) => (
          <Link to="/w/$ws/labels" params={{ ws }} search={{ taxonomy }} {...props} />
        )}
      />
    );
  }
  if (kind !== "import" && kind !== "upload") return null;
  const search = { q: `added:${run.started_at.slice(0, 10)}` };
  return (
    <Way
      words={t("toPictures")}
      link={(props) => <Link to="/w/$ws/library" params={{ ws }} search={search} {...props} />}
    />
  );
}

function Way({ words, link }: { words: string; link: (props: object) => ReactNode }) {
  return (
    <Anchor size="sm" renderRoot={link}>
      {words}
    </Anchor>
  );
}

/** Each of many answers, behind a click. */
function Inside({ episode, onUndo }: { episode: Episode; onUndo: Props["onUndo"] }) {
  const { t } = useTranslation("activity");
  const mayUndo = useMay("edit");
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <UnstyledButton onClick={() => setOpen(!isOpen)} aria-expanded={isOpen} mt={4}>
        <Group gap={4}>
          {isOpen ? <IconChevronUp size={16} /> : <IconChevronDown size={16} />}
          <Text size="sm" c="dimmed">
            {t("inside", { count: episode.runs.length, shown: count(episode.runs.length) })}
          </Text>
        </Group>
      </UnstyledButton>
      {isOpen && (
        <ul className={classes.inside}>
          {episode.runs.map((run) => {
            const sentence = sentenceWords(t, { first: run, runs: [run] });
            return (
              <li key={run.id}>
                <Text size="sm" c="dimmed">
                  {moment(run.started_at)} · {sentence}
                </Text>
                {mayUndo && !run.undone && (
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    onClick={() => onUndo([run])}
                    aria-label={t("undoNamed", { sentence })}
                  >
                    {t("undo")}
                  </Button>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </>
  );
}
