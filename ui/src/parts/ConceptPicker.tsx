import { Combobox, Text, TextInput, useCombobox } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { type Ref, useState } from "react";
import { useTranslation } from "react-i18next";
import type { ConceptOut } from "@/api/schema";
import { matching, pathOf, type Tree, wordOf } from "./taxonomy";

interface Props {
  tree: Tree;
  onPick: (concept: ConceptOut) => void;
  label?: string;
  /** Only concepts of this facet. */
  facet?: string;
  /** Where the cursor is set from outside, as by `/`. */
  field?: Ref<HTMLInputElement>;
  onLeave?: () => void;
  /** Inside something that closes when one clicks beside it. */
  isInside?: boolean;
}

/** Find a concept by typing; arrows and Enter pick one. */
export function ConceptPicker({
  tree,
  onPick,
  label,
  facet,
  field,
  onLeave,
  isInside = false,
}: Props) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState("");
  const box = useCombobox({ onDropdownClose: () => box.resetSelectedOption() });
  const found = matching(tree, typed, 40)
    .filter((concept) => facet === undefined || concept.facet === facet)
    .slice(0, 12);
  const pick = (id: string) => {
    const concept = tree.byId.get(id);
    setTyped("");
    box.closeDropdown();
    if (concept !== undefined) onPick(concept);
  };
  return (
    <Combobox store={box} onOptionSubmit={pick} withinPortal={!isInside}>
      <Combobox.Target>
        <TextInput
          ref={field}
          value={typed}
          aria-label={label ?? t("concept.find")}
          placeholder={label ?? t("concept.find")}
          leftSection={<IconSearch size={16} aria-hidden />}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            box.openDropdown();
            box.selectFirstOption();
          }}
          onFocus={() => box.openDropdown()}
          onBlur={() => {
            box.closeDropdown();
            onLeave?.();
          }}
          onKeyDown={(event) => {
            if (event.key !== "Escape") return;
            event.currentTarget.blur();
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown>
        <Combobox.Options mah={320} style={{ overflowY: "auto" }}>
          {found.map((concept) => (
            <Combobox.Option key={concept.id} value={concept.id}>
              <Text size="sm">{wordOf(concept)}</Text>
              {concept.parent !== null && (
                <Text size="xs" c="dimmed">
                  {pathOf(tree, concept)}
                </Text>
              )}
            </Combobox.Option>
          ))}
          {found.length === 0 && <Combobox.Empty>{t("concept.none")}</Combobox.Empty>}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
