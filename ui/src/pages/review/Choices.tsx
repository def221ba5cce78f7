import { CloseButton, Group, SegmentedControl, Select, VisuallyHidden } from "@mantine/core";
import { IconLayoutGrid, IconPhoto } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { ConceptPicker } from "@/parts/ConceptPicker";
import { wordOf } from "@/parts/taxonomy";
import { QueueMenu } from "./QueueMenu";
import { QUEUES } from "./queues";
import classes from "./Review.module.css";
import { ToCheck } from "./ToCheck";
import type { Mode } from "./search";
import type { Review } from "./useReview";

interface Props {
  review: Review;
  names: readonly string[];
}

/** Which pictures, of what, and how. */
export function Choices({ review, names }: Props) {
  const { t } = useTranslation("review");
  const { taxonomy, tree, facet, choose } = review;
  const facets = tree.taxonomy.facets;
  return (
    <Group gap="xs" className={classes.choices}>
      {names.length > 1 && (
        <Select
          w={170}
          aria-label={t("taxonomy")}
          data={[...names]}
          value={taxonomy}
          allowDeselect={false}
          onChange={(name) =>
            choose({ taxonomy: name ?? taxonomy, facet: undefined, concept: undefined })
          }
        />
      )}
      <QueueMenu review={review} />
      {review.kind === "suspects" && <ToCheck taxonomy={taxonomy} />}
      {facets.length > 1 && (
        <Select
          w={160}
          aria-label={t("facet")}
          data={facets.map(({ id, label }) => ({ value: id, label }))}
          value={facet.id}
          allowDeselect={false}
          onChange={(id) => choose({ facet: id ?? facet.id, concept: undefined })}
        />
      )}
      {review.mode === "single" && <OnlyConcept review={review} />}
      <ModeChoice review={review} />
    </Group>
  );
}

/** One by one, the queue may be of one concept and what is below it. */
function OnlyConcept({ review }: { review: Review }) {
  const { t } = useTranslation("review");
  const { tree, concept, facet, choose, kind } = review;
  const known = tree.byId.get(concept ?? "");
  if (kind === "strange" || kind === "edited") return null;
  if (known !== undefined) {
    return (
      <Group gap={2} className={classes.only} wrap="nowrap">
        {wordOf(known)}
        <CloseButton
          size="sm"
          aria-label={t("clear")}
          onClick={() => choose({ concept: undefined })}
        />
      </Group>
    );
  }
  return (
    <div className={classes.onlyField}>
      <ConceptPicker
        tree={tree}
        facet={facet.id}
        label={t("onlyAny")}
        onPick={({ id }) => choose({ concept: id })}
      />
    </div>
  );
}

const MODES: readonly { value: Mode; icon: ReactNode }[] = [
  { value: "single", icon: <IconPhoto size={18} aria-hidden /> },
  { value: "grid", icon: <IconLayoutGrid size={18} aria-hidden /> },
];

function ModeChoice({ review }: { review: Review }) {
  const { t } = useTranslation("review");
  if (QUEUES[review.kind].counted === null) return null;
  return (
    <SegmentedControl
      ml="auto"
      aria-label={t("mode")}
      value={review.mode}
      onChange={(mode) => review.choose({ mode, concept: undefined })}
      data={MODES.map(({ value, icon }) => ({
        value,
        label: (
          <Group gap={6} wrap="nowrap" justify="center">
            {icon}
            <span className={classes.modeWord}>{t(value)}</span>
            <VisuallyHidden hiddenFrom="sm">{t(value)}</VisuallyHidden>
          </Group>
        ),
      }))}
    />
  );
}
