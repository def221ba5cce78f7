import { Button, Menu } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import {
  IconArrowBackUp,
  IconBraces,
  IconCrown,
  IconDots,
  IconFileText,
  IconGitCompare,
} from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { addressOf } from "@/api/client";
import type { ModelOut } from "@/api/schema";
import { useMay, useWorkspace } from "@/app/session";
import { PromoteDialog } from "./PromoteDialog";
import { UndoTagsDialog } from "./UndoTagsDialog";
import { statusOf } from "./versionRows";

interface Props {
  model: ModelOut;
  models: readonly ModelOut[];
}

/** Promote, compare, download, and undo what it has done. */
export function ModelActions({ model, models }: Props) {
  const { t } = useTranslation("models");
  const navigate = useNavigate();
  const ws = useWorkspace();
  const [isPromoting, promoting] = useDisclosure();
  const mayTrain = useMay("train");
  const status = statusOf(model);
  const champion = models.find((each) => each.status === "champion");
  const other =
    champion?.version === model.version
      ? models.find(({ version }) => version !== model.version)
      : champion;
  const compare = (a: number) => {
    const params = { ws, taxonomy: model.taxonomy, a: String(a), b: String(model.version) };
    void navigate({ to: "/w/$ws/models/$taxonomy/compare/$a/$b", params });
  };
  return (
    <>
      {other && (
        <Button
          variant="default"
          leftSection={<IconGitCompare size={16} aria-hidden />}
          onClick={() => compare(other.version)}
        >
          {t("compare.with", { version: other.version })}
        </Button>
      )}
      {mayTrain && (status === "challenger" || status === "retired") && (
        <>
          <Button leftSection={<IconCrown size={16} aria-hidden />} onClick={promoting.open}>
            {t("promote.button")}
          </Button>
          <PromoteDialog model={model} opened={isPromoting} close={promoting.close} />
        </>
      )}
      <More model={model} />
    </>
  );
}

function More({ model }: { model: ModelOut }) {
  const { t } = useTranslation("models");
  const [isUndoing, undoing] = useDisclosure();
  const mayEdit = useMay("edit");
  const report = `/taxonomies/${encodeURIComponent(model.taxonomy)}/models/${model.version}/report`;
  return (
    <>
      <Menu position="bottom-end" width={260}>
        <Menu.Target>
          <Button variant="default" px="xs" aria-label={t("model.more")} title={t("model.more")}>
            <IconDots size={18} aria-hidden />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            component="a"
            href={addressOf(`${report}/page`)}
            target="_blank"
            leftSection={<IconFileText size={16} aria-hidden />}
          >
            {t("model.page")}
          </Menu.Item>
          <Menu.Item
            component="a"
            href={addressOf(report)}
            download={`${model.taxonomy}-${model.version}.json`}
            leftSection={<IconBraces size={16} aria-hidden />}
          >
            {t("model.json")}
          </Menu.Item>
          {mayEdit && (
            <>
              <Menu.Divider />
              <Menu.Item
                color="red"
                leftSection={<IconArrowBackUp size={16} aria-hidden />}
                onClick={undoing.open}
              >
                {t("undoTags.button")}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <UndoTagsDialog model={model} opened={isUndoing} close={undoing.close} />
    </>
  );
}
