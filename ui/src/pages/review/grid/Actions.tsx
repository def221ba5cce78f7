import { IconCheck } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Foot } from "@/parts/answers/Foot";
import { count } from "@/parts/numbers";
import type { View } from "../pile";
import type { GridActs } from "./useGridActs";

interface Props {
  view: View;
  acts: GridActs;
  isSure: boolean;
  switchSure: () => void;
  help: () => void;
}

/** Along the foot: what settles the page, and what takes the last one back. */
export function Actions({ view, acts, isSure, switchSure, help }: Props) {
  const { t } = useTranslation("review");
  const { stacks, last } = view;
  const of = (isWrong: boolean) =>
    stacks.reduce((sum, each) => sum + (each.isWrong === isWrong ? each.items.length : 0), 0);
  const [right, wrong] = [of(false), of(true)];
  const name = wrong === 0 ? "all" : right === 0 ? "none" : "some";
  const number = wrong === 0 ? right : wrong;
  const words = { count: number, shown: count(number), right: count(right), wrong: count(wrong) };
  const settle = {
    icon: <IconCheck size={18} aria-hidden />,
    words: t(`settle.${name}`, words),
    markAll: t(right > 0 ? "markAll" : "unmarkAll"),
  };
  return (
    <Foot
      acts={acts}
      settle={stacks.length > 0 ? settle : null}
      last={last ? t("settled", { right: count(last.right), wrong: count(last.wrong) }) : null}
      sure={t("showSure")}
      isSure={isSure}
      switchSure={switchSure}
      help={help}
      isOneLine
    />
  );
}
