import { Box, Group, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

interface Props {
  title: string;
  about?: string;
  action?: ReactNode;
  children: ReactNode;
}

/** A part of a tab. */
export function Section({ title, about, action, children }: Props) {
  return (
    <Box component="section" mb="xl">
      <Group justify="space-between" align="flex-start" mb="sm" gap="sm">
        <div>
          <Title order={2} size="h4">
            {title}
          </Title>
          {about && (
            <Text c="dimmed" size="sm" maw={680}>
              {about}
            </Text>
          )}
        </div>
        {action}
      </Group>
      {children}
    </Box>
  );
}
