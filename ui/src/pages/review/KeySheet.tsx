import { useTranslation } from "react-i18next";
import { KeySheet as Keys } from "@/parts/KeySheet";
import type { Mode } from "./search";

interface Props {
  mode: Mode;
  opened: boolean;
  onClose: () => void;
}

/** Every key of the page. */
export function KeySheet({ mode, opened, onClose }: Props) {
  const { t } = useTranslation("review");
  const enter = t("key.enter");
  const space = t("key.space");
  const rows: readonly [readonly string[], string][] =
    mode === "single"
      ? [
          [["1", "…", "9"], "digits"],
          [[enter, space], "confirm"],
          [["x"], "not"],
          [["n"], "none"],
          [["s"], "skip"],
          [["u"], "undo"],
          [["←", "→"], "arrows"],
          [["/"], "find"],
          [["z"], "zoom"],
          [["p"], "sure"],
          [["e"], "evidence"],
          [["v"], "mode"],
          [["?"], "help"],
        ]
      : [
          [["←", "↑", "↓", "→"], "gridArrows"],
          [["x", space], "gridMark"],
          [[enter], "gridConfirm"],
          [["a"], "gridAll"],
          [["o"], "gridApart"],
          [["u"], "undo"],
          [["[", "]"], "gridNext"],
          [["p"], "sure"],
          [["v"], "mode"],
          [["?"], "help"],
        ];
  return (
    <Keys
      title={t("help.title")}
      rows={rows.map(([keys, name]) => [keys, t(`help.${name}`)] as const)}
      note={mode === "single" ? t("help.swipe") : undefined}
      opened={opened}
      onClose={onClose}
    />
  );
}
