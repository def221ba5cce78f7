import { ActionIcon, Group, Text, Title, Tooltip } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { useEffect, useMemo, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { MapOut } from "@/api/schema";
import { useMay } from "@/app/session";
import { count } from "@/parts/numbers";
import type { Tree } from "@/parts/taxonomy";
import { ChoiceActs } from "./ChoiceActs";
import { type Choice, sampleOf, sharesOf } from "./choice";
import { Faces } from "./Faces";
import classes from "./Map.module.css";
import type { Facet, Known } from "./queries";
import { Shares } from "./Shares";
import { useAssets } from "./assets";

interface Props {
  map: MapOut;
  choice: Choice;
  title: string | null;
  tags: Known | undefined;
  tree: Tree | undefined;
  facet: Facet | undefined;
  onClose: () => void;
  onDone: () => void;
}

const SHOWN = 12;

/** What is chosen: how many, a look at them, what they carry, and what can be done. */
export function ChoicePane(props: Props) {
  const { map, choice, title, tags, tree, facet, onClose } = props;
  const { t } = useTranslation(["map", "app"]);
  const mayReview = useMay("review");
  const heading = useRef<HTMLHeadingElement>(null);
  const { indices } = choice;
  // Who came here by keyboard goes on here; drawing on the map leaves the focus where it is.
  useEffect(() => {
    if (choice.isByList) heading.current?.focus();
  }, [choice]);
  const sample = useMemo(() => sampleOf(indices, SHOWN), [indices]);
  const assets = useAssets(map.id, sample);
  const shares = useMemo(
    () =>
      tags?.codes instanceof Int32Array
        ? sharesOf(indices, tags.codes, tags.meanings, t("none.tag"))
        : [],
    [indices, tags, t],
  );
  return (
    <section className={classes.choice} aria-label={t("choice.label")}>
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <Title order={2} size="h4" ref={heading} tabIndex={-1} className={classes.heading}>
            {t("choice.count", { count: indices.length, shown: count(indices.length) })}
          </Title>
          {title !== null && (
            <Text size="sm" c="dimmed">
              {title}
            </Text>
          )}
        </div>
        <Tooltip label={t("choice.close")}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={t("choice.close")}
            onClick={onClose}
          >
            <IconX size={18} />
          </ActionIcon>
        </Tooltip>
      </Group>
      <Faces assets={assets} isLarge={indices.length === 1} />
      {facet && tree && mayReview && (
        <ChoiceActs
          map={map}
          indices={indices}
          shares={shares}
          tree={tree}
          facet={facet}
          onDone={props.onDone}
        />
      )}
      <Shares shares={shares} total={indices.length} />
    </section>
  );
}
