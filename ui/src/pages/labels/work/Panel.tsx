import { Button, Group, Kbd, Text, Title } from "@mantine/core";
import { IconTagOff } from "@tabler/icons-react";
import type { RefObject } from "react";
import { useTranslation } from "react-i18next";
import { ConceptPicker } from "@/parts/ConceptPicker";
import { PanelSettings } from "@/parts/answers/PanelSettings";
import type { Sheet } from "@/parts/answers/desk";
import { count } from "@/parts/numbers";
import { wordIn } from "@/parts/taxonomy";
import type { Choice } from "../choices";
import type { Labels } from "../useLabels";
import type { Suspect } from "../wire";
import { Evidence } from "./Evidence";
import { Options } from "./Options";
import type { Acts } from "./useActs";
import classes from "./Work.module.css";

interface Props {
  labels: Labels;
  sheet: Sheet<Suspect, Choice>;
  left: number | null;
  acts: Acts;
  field: RefObject<HTMLInputElement | null>;
  toStage: () => void;
  isSure: boolean;
  switchSure: () => void;
  isEvident: boolean;
  switchEvident: () => void;
  help: () => void;
}

/** Why the label is in doubt, and what can be said of it. */
export function Panel(props: Props) {
  const { labels, sheet, left, acts } = props;
  const { t } = useTranslation("labels");
  const { tree } = labels;
  const { item, said } = sheet;
  const given = wordIn(tree, item.given);
  return (
    <section className={classes.panel} aria-labelledby="question">
      <div className={classes.asked}>
        <Group justify="space-between" wrap="nowrap" align="baseline">
          <Title order={2} size="h4" id="question">
            {t("single.question")}
          </Title>
          {left !== null && (
            <Text size="sm" c="dimmed" className={`figures ${classes.count}`}>
              {t("work.left", { count: left, shown: count(left) })}
            </Text>
          )}
        </Group>
        <Text size="sm" c="dimmed">
          {t(`reason.${item.reason}.why`)}
        </Text>
      </div>
      <Options
        tree={tree}
        item={item}
        said={said?.choice ?? null}
        acts={acts}
        isSure={props.isSure}
      />
      <ConceptPicker
        tree={tree}
        facet={item.facet}
        label={t("single.find")}
        field={props.field}
        onPick={({ id }) => {
          acts.pick(id);
          props.toStage();
        }}
      />
      {item.proposed !== null && (
        <Button
          variant="default"
          leftSection={<IconTagOff size={16} aria-hidden />}
          rightSection={<Kbd className={classes.key}>d</Kbd>}
          aria-keyshortcuts="d"
          onClick={acts.discard}
        >
          {t("single.discard", { given })}
        </Button>
      )}
      {props.isEvident && <Evidence tree={tree} item={item} />}
      <PanelSettings {...props} evidence={t("single.showEvidence")} />
    </section>
  );
}
