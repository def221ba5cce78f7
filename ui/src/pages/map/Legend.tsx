import { Button, Collapse, Group, Text, UnstyledButton } from "@mantine/core";
import { IconChevronDown, IconChevronUp } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { count, percent } from "@/parts/numbers";
import { gradient, type Look } from "./colours";
import type { Entry } from "./legend";
import classes from "./Map.module.css";
import type { Painted } from "./useColouring";

interface Props {
  painted: Painted;
  off: ReadonlySet<number>;
  onOff: (off: ReadonlySet<number>) => void;
  isOpenAtFirst: boolean;
}

/** What colours and shapes mean; each entry can be switched off. */
export function Legend({ painted, off, onOff, isOpenAtFirst }: Props) {
  const { t } = useTranslation("map");
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  const { entries, range, by } = painted;
  const Sign = isOpen ? IconChevronDown : IconChevronUp;
  const toggle = (code: number) => {
    const next = new Set(off);
    if (!next.delete(code)) next.add(code);
    onOff(next);
  };
  return (
    <section className={classes.legend} aria-label={t("legend.label")}>
      <UnstyledButton
        className={classes.legendHead}
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <Text size="xs" fw={650}>
          {t(`colour.${by}`)}
        </Text>
        <Sign size={16} aria-hidden />
      </UnstyledButton>
      <Collapse expanded={isOpen}>
        {range && <Ramp painted={painted} range={range} />}
        {entries.length > 1 && (
          <Group gap={4} px={4} pb={2}>
            <Button size="compact-xs" variant="subtle" onClick={() => onOff(new Set())}>
              {t("legend.all")}
            </Button>
            <Button
              size="compact-xs"
              variant="subtle"
              onClick={() => onOff(new Set(entries.map(({ code }) => code)))}
            >
              {t("legend.none")}
            </Button>
          </Group>
        )}
        <ul className={classes.entries}>
          {entries.map((entry) => (
            <li key={entry.code}>
              <EntryButton entry={entry} isOn={!off.has(entry.code)} onToggle={toggle} />
            </li>
          ))}
        </ul>
      </Collapse>
    </section>
  );
}

interface EntryProps {
  entry: Entry;
  isOn: boolean;
  onToggle: (code: number) => void;
}

function EntryButton({ entry, isOn, onToggle }: EntryProps) {
  return (
    <UnstyledButton
      className={classes.entry}
      aria-pressed={isOn}
      onClick={() => onToggle(entry.code)}
    >
      <Mark look={entry.look} isOn={isOn} />
      <span className={classes.entryLabel}>{entry.label}</span>
      <span className={`${classes.entryCount} figures`}>{count(entry.count)}</span>
    </UnstyledButton>
  );
}

function Ramp({ painted, range: [low, high] }: { painted: Painted; range: [number, number] }) {
  const { t } = useTranslation("map");
  return (
    <div className={classes.ramp}>
      <div style={{ backgroundImage: gradient(painted.scheme) }} />
      <Group justify="space-between" className="figures">
        <Text size="xs">{percent(low)}</Text>
        <Text size="xs">{percent(high)}</Text>
      </Group>
      <Text size="xs" c="dimmed">
        {t(`ramp.${painted.by}`)}
      </Text>
    </div>
  );
}

const FORMS = {
  circle: <circle cx="7" cy="7" r="5.5" />,
  square: <rect x="2" y="2" width="10" height="10" />,
  diamond: <path d="M7 1 13 7 7 13 1 7Z" />,
  triangle: <path d="M7 1.5 13 12.5H1Z" />,
} as const;

/** The sign of an entry: its colour and shape, hollow when it is off. */
export function Mark({ look, isOn = true }: { look: Look; isOn?: boolean }) {
  return (
    <svg
      width="14"
      height="14"
      aria-hidden
      fill={isOn ? look.colour : "none"}
      stroke={look.colour}
      strokeWidth={1.5}
    >
      {FORMS[look.shape]}
    </svg>
  );
}
