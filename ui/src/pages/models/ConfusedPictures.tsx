import { Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { count } from "@/parts/numbers";
import { type Confusion, lastWord } from "./report";
import { Thumbs } from "./Thumbs";
import { Dialog } from "@/parts/Dialog";

interface Props {
  pair: Confusion | null;
  words: Readonly<Record<string, string>>;
  close: () => void;
}

/** The test pictures behind one number of the confusions. */
export function ConfusedPictures({ pair, words, close }: Props) {
  const { t } = useTranslation("models");
  const assets = pair?.assets ?? [];
  const names = {
    truth: pair ? lastWord(words, pair.truth) : "",
    said: pair ? lastWord(words, pair.said) : "",
  };
  return (
    <Dialog
      opened={pair !== null}
      onClose={close}
      size="lg"
      title={t("confusion.title_pair", names)}
    >
      {pair && (
        <>
          <Text size="sm" c="dimmed" mb="sm">
            {t("confusion.shownOf", { count: pair.n, shown: count(assets.length) })}
          </Text>
          <Thumbs assets={assets} alt={t("confusion.alt", names)} />
        </>
      )}
    </Dialog>
  );
}
