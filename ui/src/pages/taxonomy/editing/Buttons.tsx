import { Button, Group } from "@mantine/core";
import { useTranslation } from "react-i18next";

interface Props {
  label: string;
  close: () => void;
  disabled?: boolean;
}

/** Below a question: do it, or do not. */
export function Buttons({ label, close, disabled = false }: Props) {
  const { t } = useTranslation();
  return (
    <Group justify="flex-end" gap="xs" mt="md">
      <Button variant="default" onClick={close}>
        {t("cancel")}
      </Button>
      <Button type="submit" disabled={disabled}>
        {label}
      </Button>
    </Group>
  );
}
