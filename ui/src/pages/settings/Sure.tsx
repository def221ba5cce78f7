import { Button, Group, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Dialog } from "@/parts/Dialog";

interface Props {
  /** What will happen; null: nothing is asked. */
  text: string | null;
  button: string;
  isBusy: boolean;
  onYes: () => void;
  onClose: () => void;
}

/** Asked before what cannot be taken back. */
export function Sure({ text, button, isBusy, onYes, onClose }: Props) {
  const { t } = useTranslation(["settings", "app"]);
  return (
    <Dialog opened={text !== null} onClose={onClose} title={t("sure")}>
      <Stack>
        <Text>{text}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {t("app:cancel")}
          </Button>
          <Button color="red" loading={isBusy} onClick={onYes}>
            {button}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
