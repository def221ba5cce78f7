import { Button } from "@mantine/core";
import { IconMapOff } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Empty } from "./Empty";

export function Missing() {
  const { t } = useTranslation();
  return (
    <Empty icon={IconMapOff} title={t("missing.title")} text={t("missing.text")}>
      <Button component={Link} to="/">
        {t("missing.home")}
      </Button>
    </Empty>
  );
}
