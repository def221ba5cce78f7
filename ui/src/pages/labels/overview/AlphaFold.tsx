import { Collapse, Paper, Text, UnstyledButton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { lazy, Suspense, useId } from "react";
import { useTranslation } from "react-i18next";
import { Loading } from "@/parts/Loading";
import { useLatest } from "../job";
import type { Labels } from "../useLabels";
import classes from "./Overview.module.css";

const Alpha = lazy(() => import("../alpha/Alpha").then((found) => ({ default: found.Alpha })));

/** For who looks after the models: folded, and fetched only when it is opened. */
export function AlphaFold({ labels }: { labels: Labels }) {
  const { t } = useTranslation("labels");
  const id = useId();
  const { running } = useLatest("alpha", labels.taxonomy);
  const [isOpen, { toggle }] = useDisclosure(running !== undefined);
  const Sign = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <Paper component="section" withBorder radius="lg" aria-labelledby={id}>
      <Text component="h2" m={0} fz="md" fw={600}>
        <UnstyledButton className={classes.fold} aria-expanded={isOpen} onClick={toggle} id={id}>
          <Sign size={20} aria-hidden />
          <span>
            {t("alpha.title")}
            <Text component="span" display="block" size="sm" c="dimmed" fw={400}>
              {t("alpha.about")}
            </Text>
          </span>
        </UnstyledButton>
      </Text>
      <Collapse expanded={isOpen}>
        {isOpen && (
          <Suspense fallback={<Loading />}>
            <Alpha labels={labels} />
          </Suspense>
        )}
      </Collapse>
    </Paper>
  );
}
