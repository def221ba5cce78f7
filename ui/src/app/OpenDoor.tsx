import { Alert, Anchor } from "@mantine/core";
import { IconLockOpen } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMe } from "./session";

/** Before there are people, whoever sits at this machine may do everything: say so. */
export function OpenDoor() {
  const { t } = useTranslation();
  const me = useMe();
  if (me?.kind !== "local") return null;
  return (
    <Alert variant="light" color="yellow" radius={0} py="xs" icon={<IconLockOpen />}>
      {t("openDoor.text")}{" "}
      <Anchor component={Link} to="/setup" inherit c="inherit" underline="always">
        {t("openDoor.setUp")}
      </Anchor>
    </Alert>
  );
}
