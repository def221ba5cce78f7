import { IconArrowRight } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { Foot } from "@/parts/answers/Foot";
import { count } from "@/parts/numbers";
import type { GridActs } from "./useGridActs";
import type { View } from "./usePile";

interface Props {
  view: View;
  acts: GridActs;
  /** The word that is given; null: the label is only taken off. */
  proposed: string | null;
  isSure: boolean;
  switchSure: () => void;
  help: () => void;
}

/** Along the foot: what settles the page, and what takes the last one back. */
export function Actions({ view, acts, proposed, isSure, switchSure, help }: Props) {
  const { t } = useTranslation("labels");
  const { stacks, last } = view;
  const kept = stacks.filter(({ isWrong }) => isWrong).length;
  const corrected = stacks.length - kept;
  const name = kept === 0 ? "all" : corrected === 0 ? "none" : "some";
  const number = corrected === 0 ? kept : corrected;
  const words = {
    count: number,
    shown: count(number),
    kept: count(kept),
    corrected: count(corrected),
    proposed: proposed ?? "",
  };
  const settle = {
    icon: <IconArrowRight size={18} aria-hidden />,
    words: t(`settle.${proposed === null ? "not" : "to"}.${name}`, words),
    markAll: t(corrected > 0 ? "settle.markAll" : "settle.unmarkAll"),
  };
  const told = last && t("settle.last", { corrected: count(last.right), kept: count(last.wrong) });
  return (
    <Foot
      acts={acts}
      settle={stacks.length > 0 ? settle : null}
      last={told ?? null}
      sure={t("grid.showSure")}
      isSure={isSure}
      switchSure={switchSure}
      help={help}
      isOneLine={false}
    />
  );
}
