import { Group, Paper, Text, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";

interface Props {
  title: string;
  about?: string | undefined;
  actions?: ReactNode;
  /** Of its heading: below that of the page, or of a part of it. */
  order?: 2 | 3;
  children: ReactNode;
}

/** A part of a page with a heading of its own. */
export function Card({ title, about, actions, order = 2, children }: Props) {
  const id = useId();
  return (
    <Paper
      component="section"
      aria-labelledby={id}
      withBorder
      radius="lg"
      p={{ base: "md", sm: "lg" }}
    >
      <Group justify="space-between" align="flex-start" wrap="nowrap" mb="md" gap="sm">
        <div>
          <Title order={order} size="h4" id={id}>
            {title}
          </Title>
          {about && (
            <Text size="sm" c="dimmed" mt={2} maw={640}>
              {about}
            </Text>
          )}
        </div>
        {actions}
      </Group>
      {children}
    </Paper>
  );
}
