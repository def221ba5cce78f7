import { ActionIcon, Button, Divider, Paper, Text, Tooltip } from "@mantine/core";
import { IconChecks, IconMinus, IconPlus, IconX, IconXboxX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/app/session";
import { count } from "@/parts/numbers";
import { ConceptMenu } from "./ConceptMenu";
import { useSay } from "./say";
import { machineWords, type Selection, type Word } from "./selection";
import classes from "./SelectionBar.module.css";
import type { Trees } from "./trees";

interface Props {
  selection: Selection;
  trees: Trees;
  onClear: () => void;
}

/** What can be done to all selected pictures at once. */
export function SelectionBar({ selection, trees, onClear }: Props) {
  const { t } = useTranslation("library");
  const say = useSay();
  const mayReview = useMay("review");
  const told = t("selection.count", { count: selection.size, shown: count(selection.size) });
  const sayOfAll = (taxonomy: string, concept: string, positive: boolean) => {
    const words = [...selection.keys()].map((asset): Word => ({ asset, concept, positive }));
    say.mutate(new Map([[taxonomy, words]]));
  };
  const ofMachine = (positive: boolean) => machineWords(selection.values(), positive);
  const hasMachine = ofMachine(true).size > 0;
  return (
    <Paper className={classes.bar} withBorder shadow="md" component="section" aria-label={told}>
      <Text size="sm" fw={600} role="status" style={{ whiteSpace: "nowrap" }}>
        {told}
      </Text>
      {mayReview && (
        <>
          <Divider orientation="vertical" />
          <ConceptMenu
            trees={trees}
            label={t("selection.add")}
            icon={<IconPlus size={18} aria-hidden />}
            onPick={(taxonomy, concept) => sayOfAll(taxonomy, concept, true)}
            isBusy={say.isPending}
          />
          <ConceptMenu
            trees={trees}
            label={t("selection.isNot")}
            icon={<IconMinus size={18} aria-hidden />}
            onPick={(taxonomy, concept) => sayOfAll(taxonomy, concept, false)}
            isBusy={say.isPending}
          />
          {hasMachine && (
            <>
              <Tooltip label={t("selection.confirmAbout")}>
                <Button
                  variant="subtle"
                  size="compact-md"
                  leftSection={<IconChecks size={18} aria-hidden />}
                  loading={say.isPending}
                  onClick={() => say.mutate(ofMachine(true))}
                >
                  {t("selection.confirm")}
                </Button>
              </Tooltip>
              <Tooltip label={t("selection.rejectAbout")}>
                <Button
                  variant="subtle"
                  color="gray"
                  size="compact-md"
                  leftSection={<IconXboxX size={18} aria-hidden />}
                  loading={say.isPending}
                  onClick={() => say.mutate(ofMachine(false))}
                >
                  {t("selection.reject")}
                </Button>
              </Tooltip>
            </>
          )}
          <Divider orientation="vertical" />
        </>
      )}
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={t("selection.clear")}
        onClick={onClear}
      >
        <IconX size={18} />
      </ActionIcon>
    </Paper>
  );
}
