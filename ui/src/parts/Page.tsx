import { Box, Group, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";

interface Props {
  title: string;
  /** One sentence on what the page is for. */
  about?: string;
  /** Buttons beside the title. */
  actions?: ReactNode;
  children: ReactNode;
}

/** A page with a heading, as wide as is good to read. */
export function Page({ title, about, actions, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Tagwright`;
  }, [title]);
  return (
    <Box maw="var(--page-width)" mx="auto" p={{ base: "md", sm: "xl" }}>
      <Group justify="space-between" align="flex-start" mb="lg" gap="sm">
        <Box>
          <Title order={1} size="h2">
            {title}
          </Title>
          {about && (
            <Text c="dimmed" mt={4} maw={720}>
              {about}
            </Text>
          )}
        </Box>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Box>
  );
}
