import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";

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
    <Modal opened={text !== null} onClose={onClose} title={t("sure")} centered>
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
    </Modal>
  );
}
