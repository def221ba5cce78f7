import { useTranslation } from "react-i18next";
import { KeySheet } from "@/parts/KeySheet";
import { KEYS } from "../keys";
import type { View } from "../search";

interface Props {
  view: View;
  opened: boolean;
  onClose: () => void;
}

export function Keys({ view, opened, onClose }: Props) {
  const { t } = useTranslation(["labels", "review"]);
  const spoken = (key: string) => {
    if (key === "Enter") return t("review:key.enter");
    return key === "Space" ? t("review:key.space") : key;
  };
  return (
    <KeySheet
      title={t("keys.title")}
      rows={KEYS[view].map(({ keys, does }) => [keys.map(spoken), t(`keys.${does}`)] as const)}
      note={view === "single" ? t("keys.swipe") : undefined}
      opened={opened}
      onClose={onClose}
    />
  );
}
