import { Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { MakeButton } from "./MakeButton";
import type { Making } from "./useMaking";

/** Everyday objects that the network knows without being taught. */
export function StarterForm({ making, free }: { making: Making; free: boolean }) {
  const { t } = useTranslation("taxonomy");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        making.start();
      }}
    >
      <Stack gap="md">
        <Text>{t("make.starter.about")}</Text>
        <MakeButton making={making} ready={free} />
      </Stack>
    </form>
  );
}
