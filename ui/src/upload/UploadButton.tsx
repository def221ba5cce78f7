import { Button, Menu } from "@mantine/core";
import { IconChevronDown, IconFolder, IconPhoto, IconUpload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { Found } from "./files";
import classes from "./UploadButton.module.css";
import { usePicker } from "./usePicker";

interface Props {
  onFiles: (found: Found[]) => void;
  size?: string;
  /** Only a sign on a phone. */
  isShort?: boolean;
}

/** Pictures or a folder of them, for those who do not drag. */
export function UploadButton({ onFiles, size = "sm", isShort = false }: Props) {
  const { t } = useTranslation("upload");
  const { fields, pickFiles, pickFolder } = usePicker(onFiles);
  return (
    <>
      {fields}
      <Menu position="bottom-end">
        <Menu.Target>
          <Button
            size={size}
            flex="none"
            className={isShort ? classes.short : undefined}
            leftSection={<IconUpload size={18} aria-hidden />}
            rightSection={<IconChevronDown size={16} aria-hidden />}
          >
            <span className={classes.word}>{t("add")}</span>
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
