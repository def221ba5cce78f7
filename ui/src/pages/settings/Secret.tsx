import { ActionIcon, Alert, Code, CopyButton, Group, Text } from "@mantine/core";
import { IconCheck, IconCopy, IconKey } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";

interface Props {
  title: string;
  about: string;
  secret: string;
}

/** Something that is shown once, to be copied. */
export function Secret({ title, about, secret }: Props) {
  return (
    <Alert variant="light" icon={<IconKey />} title={title} role="status">
      <Text size="sm" mb="xs">
        {about}
      </Text>
      <Copyable text={secret} />
    </Alert>
  );
}

export function Copyable({ text, block = false }: { text: string; block?: boolean }) {
  const { t } = useTranslation("settings");
  return (
    <Group wrap="nowrap" gap="xs" align={block ? "flex-start" : "center"}>
      <Code
        block={block}
        tabIndex={block ? 0 : undefined}
        style={{ flex: 1, minWidth: 0, wordBreak: "break-all", userSelect: "all" }}
        p="xs"
      >
        {text}
      </Code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <ActionIcon
            variant="light"
            size="lg"
            onClick={copy}
            aria-label={t(copied ? "copied" : "copy")}
            title={t(copied ? "copied" : "copy")}
          >
            {copied ? <IconCheck size={18} /> : <IconCopy size={18} />}
          </ActionIcon>
        )}
      </CopyButton>
    </Group>
  );
}
