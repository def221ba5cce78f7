import { Badge, Button, Group, Menu, Text } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { count } from "@/parts/numbers";
import { QUEUES } from "./queues";
import { KINDS, type Kind } from "./search";
import classes from "./Review.module.css";
import type { Review } from "./useReview";

/** What to look at, each queue with its reason and how much waits in it. */
export function QueueMenu({ review }: { review: Review }) {
  const { t } = useTranslation("review");
  const { kind, waiting, choose } = review;
  const Sign = QUEUES[kind].icon;
  return (
    <Menu width={380} position="bottom-start">
      <Menu.Target>
        <Button
          variant="default"
          leftSection={<Sign size={18} aria-hidden />}
          rightSection={<IconChevronDown size={16} aria-hidden />}
          aria-label={`${t("queue")}: ${t(`queues.${kind}.title`)}`}
          className={classes.queue}
        >
          {t(`queues.${kind}.title`)}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {(Object.keys(QUEUES) as Kind[])
          .filter((each) => KINDS.includes(each))
          .map((each) => (
            <QueueItem
              key={each}
              kind={each}
              waits={waiting.queues[each] ?? 0}
              isChosen={each === kind}
              choose={() => choose({ kind: each, concept: undefined })}
            />
          ))}
      </Menu.Dropdown>
    </Menu>
  );
}

interface ItemProps {
  kind: Kind;
  waits: number;
  isChosen: boolean;
  choose: () => void;
}

function QueueItem({ kind, waits, isChosen, choose }: ItemProps) {
  const { t } = useTranslation("review");
  const Sign = QUEUES[kind].icon;
  return (
    <Menu.Item
      leftSection={<Sign size={22} stroke={1.6} aria-hidden />}
      aria-current={isChosen ? "true" : undefined}
      data-chosen={isChosen || undefined}
      className={classes.queueItem}
      onClick={choose}
    >
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div>
          <Text size="sm" fw={600}>
            {t(`queues.${kind}.title`)}
          </Text>
          <Text size="xs" c="dimmed">
            {t(`queues.${kind}.text`)}
          </Text>
        </div>
        <Badge
          variant="light"
          color={waits > 0 ? "wright" : "gray"}
          className="figures"
          miw={36}
          style={{ flexShrink: 0 }}
        >
          {count(waits)}
        </Badge>
      </Group>
    </Menu.Item>
  );
}
