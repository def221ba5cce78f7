import { Button, Popover, Select, Stack } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { ConceptPicker } from "@/parts/ConceptPicker";
import type { Trees } from "./trees";

interface Props {
  trees: Trees;
  label: string;
  icon: ReactNode;
  onPick: (taxonomy: string, concept: string) => void;
  isBusy?: boolean;
}

/** A button that asks for a concept: of the only taxonomy, or of one that is chosen. */
export function ConceptMenu({ trees, label, icon, onPick, isBusy = false }: Props) {
  const { t } = useTranslation("library");
  const [isOpen, setOpen] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const names = [...trees.keys()];
  const tree = trees.get(chosen ?? "") ?? [...trees.values()][0];
  if (tree === undefined) return null;
  return (
    <Popover opened={isOpen} onChange={setOpen} width={300} position="top" trapFocus shadow="md">
      <Popover.Target>
        <Button
          variant="subtle"
          size="compact-md"
          leftSection={icon}
          loading={isBusy}
          onClick={() => setOpen(!isOpen)}
        >
          {label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs">
          {names.length > 1 && (
            <Select
              aria-label={t("taxonomy")}
              data={names}
              value={tree.taxonomy.name}
              onChange={setChosen}
              allowDeselect={false}
              comboboxProps={{ withinPortal: false }}
            />
          )}
          <div>
            <ConceptPicker
              isInside
              tree={tree}
              label={label}
              onPick={({ id }) => {
                setOpen(false);
                onPick(tree.taxonomy.name, id);
              }}
            />
          </div>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
