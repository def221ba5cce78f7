import { Modal, type MantineSize, Text } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

interface Props {
  opened: boolean;
  onClose: () => void;
  title: string;
  size?: MantineSize;
  children: ReactNode;
}

/** Something in front of the page, with a heading and a way out. */
export function Dialog({ opened, onClose, title, size = "md", children }: Props) {
  const { t } = useTranslation();
  return (
    <Modal.Root opened={opened} onClose={onClose} size={size}>
      <Modal.Overlay />
      <Modal.Content radius="lg">
        {/* Else it counts as another header of the whole page. */}
        <Modal.Header role="presentation">
          <Modal.Title>
            <Text span fw={650} fz="lg">
              {title}
            </Text>
          </Modal.Title>
          <Modal.CloseButton aria-label={t("close")} />
        </Modal.Header>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
