import { Button, Menu } from "@mantine/core";
import { IconChevronDown, IconFolder, IconPhoto, IconUpload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Found } from "./files";
import { usePicker } from "./usePicker";

interface Props {
  onFiles: (found: Found[]) => void;
  size?: string;
}

/** Pictures or a folder of them, for those who do not drag. */
export function UploadButton({ onFiles, size = "sm" }: Props) {
  const { t } = useTranslation("upload");
  const { fields, pickFiles, pickFolder } = usePicker(onFiles);
  return (
    <>
      {fields}
      <Menu position="bottom-end">
        <Menu.Target>
          <Button
            size={size}
            leftSection={<IconUpload size={18} aria-hidden />}
            rightSection={<IconChevronDown size={16} aria-hidden />}
          >
            {t("add")}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPhoto size={18} aria-hidden />} onClick={pickFiles}>
            {t("files")}
          </Menu.Item>
          <Menu.Item leftSection={<IconFolder size={18} aria-hidden />} onClick={pickFolder}>
            {t("folder")}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
