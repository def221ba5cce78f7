import { ActionIcon, Button, Stack, Text, Title, UnstyledButton } from "@mantine/core";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { count } from "@/parts/numbers";
import { wordOf } from "@/parts/taxonomy";
import type { StateCountsOut as StateCounts } from "@/api/schema";
import { facetsQuery } from "./asking";
import { choices, groupsOf, type Node } from "./facets";
import classes from "./Facets.module.css";
import { asked, parsed, STATES, withoutParts, withPart, written } from "./query";
import { anyConcept, conceptOf, type Trees } from "./trees";

interface Props {
  trees: Trees;
  typed: string;
  onSearch: (typed: string) => void;
}

/** What was found, counted by concept; a click narrows the search. */
export function Facets({ trees, typed, onSearch }: Props) {
  const { t } = useTranslation("library");
  const { groups, chosen, states } = useGroups(trees, typed);
  const choose = (taxonomy: string, facet: string, concept: string) => {
    const text = written("concept", concept);
    if (chosen.has(concept))
      return onSearch(withoutParts(typed, ...textsOf(typed, trees, concept)));
    const isOne = trees
      .get(taxonomy)
      ?.taxonomy.facets.some(({ id, kind }) => id === facet && kind === "one");
    // A picture has one of these at most: the new choice takes the place of the old.
    const rest = isOne ? withoutParts(typed, ...inFacet(typed, trees, taxonomy, facet)) : typed;
    onSearch(withPart(rest, text));
  };
  return (
    <Stack gap="md">
      <States {...{ typed, states, onSearch }} />
      {groups.map(({ taxonomy, facet, roots }) => {
        const tree = trees.get(taxonomy);
        const label = tree?.taxonomy.facets.find(({ id }) => id === facet)?.label ?? facet;
        const name = trees.size > 1 && label !== taxonomy ? `${taxonomy} › ${label}` : label;
        return (
          <section key={`${taxonomy}\n${facet}`} aria-label={name}>
            <Heading>{name}</Heading>
            <Branch
              nodes={roots}
              chosen={chosen}
              isShort={sizeOf(roots) <= SHORT}
              onChoose={(concept) => choose(taxonomy, facet, concept)}
            />
          </section>
        );
      })}
      {groups.length === 0 && (
        <Text size="sm" c="dimmed" pl={4}>
          {t("facets.none")}
        </Text>
      )}
    </Stack>
  );
}

interface StatesProps {
  typed: string;
  states?: StateCounts | null;
  onSearch: (typed: string) => void;
}

function States({ typed, states, onSearch }: StatesProps) {
  const { t } = useTranslation("library");
  const parts = parsed(typed);
  return (
    <section aria-label={t("facets.state")}>
      <Heading>{t("facets.state")}</Heading>
      <ul className={classes.tree}>
        {STATES.map((state) => {
          const text = `is:${state}`;
          const isOn = parts.some((part) => part.text === text);
          return (
            <li key={state} className={classes.row} data-chosen={isOn || undefined}>
              <UnstyledButton
                className={classes.name}
                aria-pressed={isOn}
                onClick={() => onSearch(isOn ? withoutParts(typed, text) : withPart(typed, text))}
              >
                <span className={classes.word}>{t(`state.${state}`)}</span>
                {states && (
                  <span className={`${classes.count} figures`}>{count(states[state])}</span>
                )}
              </UnstyledButton>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Heading({ children }: { children: string }) {
  return (
    <Title order={2} size="xs" c="dimmed" fw={600} mb={4} pl={4}>
      {children}
    </Title>
  );
}

function useGroups(trees: Trees, typed: string) {
  const parts = useMemo(() => parsed(typed), [typed]);
  const query = useMemo(() => asked(parts), [parts]);
  const rest = useMemo(() => asked(parts.filter(({ kind }) => kind !== "concept")), [parts]);
  const placeholderData = keepPreviousData;
  const { facets: found, states } = useQuery({ ...facetsQuery(query), placeholderData }).data ?? {};
  const enabled = query.concept !== undefined;
  const unchosen = useQuery({ ...facetsQuery(rest), placeholderData, enabled }).data?.facets;
  return useMemo(() => {
    const chosen = new Set(
      (query.concept ?? []).map((each) => anyConcept(trees, each)?.[1].id ?? each),
    );
    const label = (taxonomy: string, concept: string, own: string) => {
      const known = conceptOf(trees, taxonomy, concept);
      return known ? wordOf(known) : own;
    };
    const counts = choices(found ?? [], enabled ? (unchosen ?? []) : [], chosen);
    return { chosen, states, groups: groupsOf(counts, label) };
  }, [trees, query, found, states, unchosen, enabled]);
}

/** The parts of a search that mean a concept, however they are written. */
function textsOf(typed: string, trees: Trees, concept: string): string[] {
  return parsed(typed)
    .filter((part) => part.kind === "concept")
    .filter((part) => (anyConcept(trees, part.concept)?.[1].id ?? part.concept) === concept)
    .map(({ text }) => text);
}

function inFacet(typed: string, trees: Trees, taxonomy: string, facet: string): string[] {
  return parsed(typed)
    .filter((part) => part.kind === "concept")
    .filter((part) => {
      const found = anyConcept(trees, part.concept);
      return found?.[0].taxonomy.name === taxonomy && found[1].facet === facet;
    })
    .map(({ text }) => text);
}

/** As many as one can take in at a glance. */
const FEW = 14;

/** A tree of so few is shown as a whole. */
const SHORT = 20;

function sizeOf(nodes: readonly Node[]): number {
  return nodes.reduce((sum, { children }) => sum + 1 + sizeOf(children), 0);
}

interface BranchProps {
  nodes: readonly Node[];
  chosen: ReadonlySet<string>;
  /** Whether branches are open until somebody closes them. */
  isShort: boolean;
  onChoose: (concept: string) => void;
}

function Branch({ nodes, chosen, isShort, onChoose }: BranchProps) {
  const { t } = useTranslation("library");
  const [all, setAll] = useState(false);
  const more = nodes.length - FEW;
  const hasDepth = nodes.some(({ children }) => children.length > 0);
  return (
    <ul className={classes.tree}>
      {nodes.slice(0, all ? undefined : FEW).map((node) => (
        <Twig key={node.concept} {...{ node, chosen, isShort, onChoose, hasDepth }} />
      ))}
      {more > 0 && (
        <li>
          <Button variant="subtle" size="compact-xs" onClick={() => setAll(!all)}>
            {all ? t("facets.fewer") : t("facets.more", { count: more, shown: count(more) })}
          </Button>
        </li>
      )}
    </ul>
  );
}

interface TwigProps extends Omit<BranchProps, "nodes"> {
  node: Node;
  hasDepth: boolean;
}

function Twig({ node, chosen, isShort, onChoose, hasDepth }: TwigProps) {
  const { t } = useTranslation("library");
  const [opened, setOpened] = useState<boolean | null>(null);
  const isChosen = chosen.has(node.concept);
  const isOpen = opened ?? (isShort || holds(node, chosen));
  const isParent = node.children.length > 0;
  return (
    <li>
      <div className={classes.row} data-chosen={isChosen || undefined}>
        {isParent ? (
          <ActionIcon
            variant="subtle"
            color="gray"
            size={24}
            aria-expanded={isOpen}
            aria-label={t(isOpen ? "facets.close" : "facets.open", { word: node.label })}
            onClick={() => setOpened(!isOpen)}
          >
            {isOpen ? <IconChevronDown size={16} /> : <IconChevronRight size={16} />}
          </ActionIcon>
        ) : (
          hasDepth && <span className={classes.gap} />
        )}
        <UnstyledButton
          className={classes.name}
          aria-pressed={isChosen}
          onClick={() => onChoose(node.concept)}
          title={node.label}
        >
          <span className={classes.word}>{node.label}</span>
          <span className={`${classes.count} figures`}>{count(node.count)}</span>
        </UnstyledButton>
      </div>
      {isParent && isOpen && <Branch nodes={node.children} {...{ chosen, isShort, onChoose }} />}
    </li>
  );
}

function holds({ children, concept }: Node, chosen: ReadonlySet<string>): boolean {
  return chosen.has(concept) || children.some((child) => holds(child, chosen));
}
