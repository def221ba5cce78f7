import { CloseButton, Group, SegmentedControl, Select } from "@mantine/core";
import { IconLayoutGrid, IconPhoto } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { wordIn } from "@/parts/taxonomy";
import { REASONS, type Reason, type View } from "../search";
import { type Labels, only } from "../useLabels";
import classes from "./Work.module.css";

const MODES = [
  { value: "single", icon: IconPhoto },
  { value: "grid", icon: IconLayoutGrid },
] as const;

/** Which suspects, and how. */
export function Choices({ labels, view }: { labels: Labels; view: View }) {
  const { t } = useTranslation("labels");
  const { choose, filter } = labels;
  return (
    <Group gap="xs" className={classes.choices}>
      {view === "single" && <OnlyReason labels={labels} />}
      {view === "single" && <OnlySwap labels={labels} />}
      <SegmentedControl<View>
        ml="auto"
        aria-label={t("work.mode")}
        value={view}
        onChange={(mode) => choose({ ...filter, reason: undefined, view: mode })}
        data={MODES.map(({ value, icon: Sign }) => ({
          value,
          label: (
            <Group gap={6} wrap="nowrap" justify="center">
              <Sign size={18} aria-hidden />
              <span className={classes.modeWord}>{t(`work.${value}`)}</span>
            </Group>
          ),
        }))}
      />
    </Group>
  );
}

function OnlyReason({ labels: { filter, choose } }: { labels: Labels }) {
  const { t } = useTranslation("labels");
  return (
    <Select
      className={classes.reason}
      aria-label={t("work.which")}
      allowDeselect={false}
      value={filter.reason ?? ""}
      onChange={(chosen) => choose({ reason: (chosen || undefined) as Reason | undefined })}
      data={[
        { value: "", label: t("work.any") },
        ...REASONS.map((value) => ({ value, label: t(`reason.${value}.name`) })),
      ]}
    />
  );
}

/** The concept or the swap that was pressed on the page before. */
function OnlySwap({ labels: { filter, tree, choose } }: { labels: Labels }) {
  const { t } = useTranslation("labels");
  const { given, proposed } = filter;
  if (given === undefined) return null;
  const words = { given: wordIn(tree, given), proposed: proposed ? wordIn(tree, proposed) : "" };
  return (
    <Group gap={2} className={classes.only} wrap="nowrap">
      <span>{t(proposed ? "work.onlySwap" : "work.onlyGiven", words)}</span>
      <CloseButton
        size="sm"
        aria-label={t("work.clear")}
        onClick={() => choose(only({ reason: filter.reason }))}
      />
    </Group>
  );
}
