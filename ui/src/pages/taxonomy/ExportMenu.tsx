import { Button, Menu } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { addressOf } from "@/api/client";
import type { Format } from "./making/making";

const FORMATS: readonly Format[] = ["ttl", "rdf", "jsonld", "csv", "txt", "json"];

/** The taxonomy as a file, in any format that it can be read from. */
export function ExportMenu({ taxonomy }: { taxonomy: string }) {
  const { t } = useTranslation("taxonomy");
  const path = `/taxonomies/${encodeURIComponent(taxonomy)}/file`;
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <Button
          variant="default"
          px={{ base: 10, sm: "md" }}
          leftSection={<IconDownload size={16} aria-hidden />}
        >
          {t("export.title")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {FORMATS.map((format) => (
          <Menu.Item
            key={format}
            component="a"
            href={addressOf(path, { format })}
            download={`${taxonomy}.${format}`}
          >
            {t(`format.${format}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
