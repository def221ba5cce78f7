import { ActionIcon, Group, Text, Title, UnstyledButton } from "@mantine/core";
import { IconChevronLeft, IconChevronRight, IconDownload, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { addressOf } from "@/api/client";
import { assetQuery } from "@/api/queries";
import { useMay } from "@/app/session";
import { Failure } from "@/parts/Failure";
import { Picture } from "@/parts/Picture";
import classes from "./Detail.module.css";
import { Delete } from "./Delete";
import { Evidence } from "./Evidence";
import { Facts } from "./Facts";
import { History } from "./History";
import { Tags } from "./Tags";
import { Viewer } from "./Viewer";
import page from "../Library.module.css";
import { nameOf, type Trees, wordsOn } from "../trees";
import type { LibraryState } from "../useLibrary";

interface Props {
  state: LibraryState;
  trees: Trees;
  id: string;
}

const NARROW = "(max-width: 62em)";

/** Everything about one picture, beside the others. */
export function Detail({ state, trees, id }: Props) {
  const { t } = useTranslation("library");
  const { data: asset, error, refetch } = useQuery(assetQuery(id));
  const [isLarge, setLarge] = useState(false);
  const isAdmin = useMay("admin");
  const step = useSteps(state);
  const pane = useRef<HTMLElement>(null);
  // Where it covers everything, the keyboard must not stay behind it.
  useEffect(() => {
    if (matchMedia(NARROW).matches) pane.current?.focus();
  }, []);
  const name = asset ? nameOf(asset) : "";
  const alt = asset ? [...wordsOn(trees, asset), name].join(", ") : "";
  const close = () => state.open(undefined);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || (event.target as Element).closest("input")) return;
    if (event.key === "Escape") close();
    if (event.key === "ArrowLeft") step.back?.();
    if (event.key === "ArrowRight") step.on?.();
  };
  return (
    <aside
      ref={pane}
      tabIndex={-1}
      className={page.pane}
      aria-label={t("detail.label")}
      onKeyDown={onKeyDown}
    >
      <div className={classes.head}>
        <Title order={2} size="h5" style={{ flex: 1, minWidth: 0 }}>
          <Text inherit truncate title={name}>
            {name || t("loading")}
          </Text>
        </Title>
        <Step label={t("detail.previous")} act={step.back} sign={<IconChevronLeft size={20} />} />
        <Step label={t("detail.next")} act={step.on} sign={<IconChevronRight size={20} />} />
        <ActionIcon
          component="a"
          href={addressOf(`/assets/${id}/original`)}
          download={name || true}
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={t("detail.download")}
          title={t("detail.download")}
        >
          <IconDownload size={18} />
        </ActionIcon>
        <Step label={t("detail.close")} act={close} sign={<IconX size={20} />} />
      </div>
      {error !== null && <Failure error={error} retry={() => void refetch()} />}
      {error === null && (
        <>
          <UnstyledButton
            className={classes.frame}
            onClick={() => setLarge(true)}
            aria-label={t("detail.large")}
          >
            <Picture asset={id} box={640} alt={alt} fit="contain" eager />
          </UnstyledButton>
          <Tags id={id} trees={trees} />
          <Evidence id={id} trees={trees} onLike={() => state.liken(id)} onOpen={state.open} />
          {asset && <Facts asset={asset} />}
          <History id={id} trees={trees} />
          {asset && isAdmin && (
            <Group className={classes.part}>
              <Delete id={id} name={name} onDone={close} />
            </Group>
          )}
        </>
      )}
      {isLarge && (
        <Viewer id={id} alt={alt} back={step.back} on={step.on} onClose={() => setLarge(false)} />
      )}
    </aside>
  );
}

interface StepProps {
  label: string;
  act: (() => void) | undefined;
  sign: ReactNode;
}

function Step({ label, act, sign }: StepProps) {
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={label}
      title={label}
      disabled={act === undefined}
      onClick={act}
    >
      {sign}
    </ActionIcon>
  );
}

/** To the pictures before and after, as the grid has them; those are read ahead. */
function useSteps({ pictures, focus, open, asset }: LibraryState) {
  const { total, show } = pictures;
  const isInGrid = pictures.at(focus)?.id === asset;
  useEffect(() => {
    if (isInGrid) for (const at of [focus - 1, focus + 1]) preload(pictures.at(at)?.id);
  }, [isInGrid, focus, pictures]);
  const to = (index: number) => {
    show(index, index);
    void pictures.load([index]).then(([next]) => next && open(next.id, index));
  };
  return {
    back: isInGrid && focus > 0 ? () => to(focus - 1) : undefined,
    on: isInGrid && focus < total - 1 ? () => to(focus + 1) : undefined,
  };
}

function preload(id: string | undefined): void {
  if (id !== undefined) new Image().src = addressOf(`/assets/${id}/renditions/640`);
}
