import {
  ActionIcon,
  Combobox,
  FileButton,
  Group,
  Pill,
  PillsInput,
  Text,
  useCombobox,
} from "@mantine/core";
import { IconPhotoSearch, IconSearch, IconTag, IconX } from "@tabler/icons-react";
import { type KeyboardEvent, type Ref, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/app/session";
import { isOpen, offers } from "./complete";
import { Likeness } from "./Likeness";
import { parsed, tokensOf, withoutParts, withPart } from "./query";
import { describePart } from "./describe";
import classes from "./SearchBar.module.css";
import type { Trees } from "./trees";

interface Props {
  trees: Trees;
  typed: string;
  onSearch: (typed: string) => void;
  like: string | File | undefined;
  onLike: (like: File | undefined) => void;
  field: Ref<HTMLInputElement>;
  /** Files are being dragged over the page. */
  isTarget: boolean;
}

/** What to look for: parts as pills, with completion; or a picture, to find its like. */
export function SearchBar(props: Props) {
  const { trees, typed, onSearch, like, onLike } = props;
  const { t } = useTranslation("library");
  const [draft, setDraft] = useState("");
  const box = useCombobox({ onDropdownClose: () => box.resetSelectedOption() });
  const parts = parsed(typed);
  const offered = offers(trees, draft);
  const mayAsk = useMay("classify");

  const take = (at: string) => {
    const offer = offered[Number(at)];
    if (offer === undefined) return;
    if (isOpen(offer)) return setDraft(offer.text);
    setDraft("");
    box.closeDropdown();
    onSearch(tokensOf(offer.text).reduce(withPart, typed));
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const last = parts.at(-1);
    if (event.key === "Backspace" && draft === "" && last) {
      onSearch(withoutParts(typed, last.text));
    }
    if (event.key === "Escape") event.currentTarget.blur();
  };
  return (
    <div
      className={`${classes.bar} ${props.isTarget && mayAsk ? classes.drop : ""}`}
      role="search"
      onDrop={(event) => {
        const file = [...event.dataTransfer.files].find(({ type }) => type.startsWith("image/"));
        if (!file || !mayAsk) return;
        event.preventDefault();
        onLike(file);
      }}
    >
      <Combobox store={box} onOptionSubmit={take} withinPortal>
        <Combobox.DropdownTarget>
          <PillsInput
            leftSection={<IconSearch size={18} aria-hidden />}
            rightSectionWidth={mayAsk && (typed || like) ? 72 : 42}
            rightSection={
              <Group gap={2} wrap="nowrap" justify="flex-end" w="100%" pr={6}>
                {(typed || like) && (
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={t("search.clear")}
                    onClick={() => {
                      onSearch("");
                      onLike(undefined);
                    }}
                  >
                    <IconX size={18} />
                  </ActionIcon>
                )}
                {mayAsk && <PictureButton onPick={onLike} />}
              </Group>
            }
          >
            <Pill.Group>
              {like !== undefined && <Likeness like={like} onRemove={() => onLike(undefined)} />}
              {parts.map((part) => (
                <Pill
                  key={part.text}
                  className={classes.pill}
                  data-bad={part.kind === "bad" || undefined}
                  title={part.kind === "bad" ? t("search.bad") : part.text}
                  withRemoveButton
                  removeButtonProps={{
                    "aria-label": t("search.remove", { part: part.text }),
                    "aria-hidden": false,
                    tabIndex: 0,
                  }}
                  onRemove={() => onSearch(withoutParts(typed, part.text))}
                >
                  {describePart(part, trees, t)}
                </Pill>
              ))}
              <Combobox.EventsTarget>
                <PillsInput.Field
                  ref={props.field}
                  className={classes.field}
                  value={draft}
                  aria-label={t("search.label")}
                  placeholder={
                    props.isTarget ? t("search.drop") : parts.length === 0 ? t("search.hint") : ""
                  }
                  onChange={(event) => {
                    setDraft(event.currentTarget.value);
                    box.openDropdown();
                    box.selectFirstOption();
                  }}
                  onFocus={() => box.openDropdown()}
                  onClick={() => box.openDropdown()}
                  onBlur={() => box.closeDropdown()}
                  onKeyDown={onKeyDown}
                />
              </Combobox.EventsTarget>
            </Pill.Group>
          </PillsInput>
        </Combobox.DropdownTarget>
        <Combobox.Dropdown>
          <Combobox.Options mah={380} style={{ overflowY: "auto" }} aria-label={t("search.label")}>
            {offered.map(({ kind, label, about, text }, at) => (
              <Combobox.Option key={kind + text} value={String(at)}>
                <Group gap="xs" wrap="nowrap">
                  {kind === "concept" ? (
                    <IconTag size={16} aria-hidden />
                  ) : (
                    <IconSearch size={16} aria-hidden />
                  )}
                  <div>
                    <Text size="sm" component="span">
                      {kind === "text" ? t("search.words", { words: label }) : label}
                    </Text>
                    {about && (
                      <Text size="xs" c="dimmed">
                        {kind === "hint" ? t(`search.hints.${about}`) : about}
                      </Text>
                    )}
                  </div>
                </Group>
              </Combobox.Option>
            ))}
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
    </div>
  );
}

function PictureButton({ onPick }: { onPick: (file: File) => void }) {
  const { t } = useTranslation("library");
  return (
    <FileButton accept="image/*" onChange={(file) => file && onPick(file)}>
      {(props) => (
        <ActionIcon
          {...props}
          variant="subtle"
          color="gray"
          aria-label={t("search.byPicture")}
          title={t("search.byPicture")}
        >
          <IconPhotoSearch size={18} />
        </ActionIcon>
      )}
    </FileButton>
  );
}
