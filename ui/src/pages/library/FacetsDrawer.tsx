import { Drawer } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

/** Filters on a phone. */
export function FacetsDrawer({ onClose, children }: { onClose: () => void; children: ReactNode }) {
  const { t } = useTranslation(["library", "app"]);
  return (
    <Drawer
      opened
      onClose={onClose}
      title={t("facets.label")}
      closeButtonProps={{ "aria-label": t("app:close") }}
    >
      {children}
    </Drawer>
  );
}
