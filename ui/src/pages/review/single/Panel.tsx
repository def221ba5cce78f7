import { Button, Kbd, Text, Title } from "@mantine/core";
import { IconCheck, IconCircleOff, IconPlayerSkipForward, IconX } from "@tabler/icons-react";
import type { RefObject } from "react";
import { useTranslation } from "react-i18next";
import { ConceptPicker } from "@/parts/ConceptPicker";
import { PanelSettings } from "@/parts/answers/PanelSettings";
import type { Sheet } from "../desk";
import type { Option } from "../options";
import type { Review } from "../useReview";
import { Evidence } from "./Evidence";
import { Options } from "./Options";
import classes from "./Single.module.css";
import type { Acts } from "./useActs";
import { wordIn } from "@/parts/taxonomy";

interface Props {
  review: Review;
  sheet: Sheet;
  options: readonly Option[];
  acts: Acts;
  field: RefObject<HTMLInputElement | null>;
  toStage: () => void;
  isSure: boolean;
  switchSure: () => void;
  isEvident: boolean;
  switchEvident: () => void;
  help: () => void;
}

const ASKED = new Set(["suspect", "sample", "second-look", "strange", "edited"]);

/** What can be said of the picture. */
export function Panel(props: Props) {
  const { review, sheet, options, acts } = props;
  const { t } = useTranslation("review");
  const { facet, tree } = review;
  const reason = sheet.item.reason;
  return (
    <section className={classes.panel} aria-labelledby="question">
      <div className={classes.asked}>
        <Title order={2} size="h4" id="question">
          {t(`question.${ASKED.has(reason) ? reason : facet.kind}`)}
        </Title>
        {facet.kind === "any" && (
          <Text size="sm" c="dimmed">
            {t("choose")}
          </Text>
        )}
      </div>
      <Options {...props} />
      <ConceptPicker
        tree={tree}
        facet={facet.id}
        label={t("find")}
        field={props.field}
        onPick={({ id }) => {
          acts.pick(id);
          props.toStage();
        }}
      />
      <Denials options={options} acts={acts} review={review} />
      {props.isEvident && <Evidence asset={sheet.item.asset} review={review} />}
      <PanelSettings {...props} evidence={t("showEvidence")} />
    </section>
  );
}

function Denials({ options, acts, review }: Pick<Props, "options" | "acts" | "review">) {
  const { t } = useTranslation("review");
  const first = options[0];
  const word = first ? wordIn(review.tree, first.concept) : "";
  return (
    <div className={classes.denials}>
      <Button
        variant="default"
        leftSection={<IconCircleOff size={16} aria-hidden />}
        rightSection={<Kbd className={classes.key}>n</Kbd>}
        onClick={() => acts.say({ kind: "none" })}
      >
        {t("none")}
      </Button>
      <Button
        variant="default"
        leftSection={<IconPlayerSkipForward size={16} aria-hidden />}
        rightSection={<Kbd className={classes.key}>s</Kbd>}
        onClick={() => acts.say({ kind: "skip" })}
      >
        {t("skip")}
      </Button>
      {first && (
        <>
          <Button
            className={classes.no}
            variant="default"
            leftSection={<IconX size={16} aria-hidden />}
            rightSection={<Kbd className={classes.key}>x</Kbd>}
            onClick={() => acts.say({ kind: "not", concept: first.concept })}
          >
            {t("no", { word })}
          </Button>
          <Button
            className={classes.yes}
            leftSection={<IconCheck size={16} aria-hidden />}
            onClick={acts.confirm}
          >
            {acts.chosen.length > 0 ? t("confirm") : t("yes", { word })}
          </Button>
        </>
      )}
    </div>
  );
}
