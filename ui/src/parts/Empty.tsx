import { Center, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import type { Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";

interface Props {
  icon: Icon;
  title: string;
  /** What to do next, in a sentence. */
  text: string;
  /** The button that does it. */
  children?: ReactNode;
}

/** A place with nothing in it says what to do next. */
export function Empty({ icon: Sign, title, text, children }: Props) {
  return (
    <Center mih={320} p="xl">
      <Stack align="center" gap="xs" maw={460} ta="center">
        <ThemeIcon size={64} radius="xl" variant="light" aria-hidden>
          <Sign size={32} stroke={1.5} />
        </ThemeIcon>
        <Title order={2} size="h3" mt="sm">
          {title}
        </Title>
        <Text c="dimmed">{text}</Text>
        {children && <Stack mt="md">{children}</Stack>}
      </Stack>
    </Center>
  );
}
