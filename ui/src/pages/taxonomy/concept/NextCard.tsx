import { Button } from "@mantine/core";
import { IconArrowBackUp, IconCheck, IconX } from "@tabler/icons-react";
import { memo } from "react";
import { useTranslation } from "react-i18next";
import { Picture } from "@/parts/Picture";
import classes from "./NextPictures.module.css";
import type { Said } from "./useAnswers";

interface Props {
  asset: string;
  alt: string;
  concept: string;
  said: Said | undefined;
  mayReview: boolean;
  answer: (asset: string, yes: boolean) => void;
  takeBack: (asset: string) => void;
}

/** One picture and the question whether the concept is in it. `y` and `n` answer as well. */
export const NextCard = memo(function NextCard(props: Props) {
  const { asset, alt, concept, said, mayReview, answer, takeBack } = props;
  const { t } = useTranslation(["taxonomy", "app"]);
  const Mark = said?.yes ? IconCheck : IconX;
  return (
    <li
      className={classes.card}
      data-said={said && (said.yes ? "yes" : "no")}
      onKeyDown={(event) => {
        if (!mayReview || said || event.ctrlKey || event.metaKey || event.altKey) return;
        if (event.key === "y") answer(asset, true);
        if (event.key === "n") answer(asset, false);
      }}
    >
      <div className={classes.picture}>
        <Picture asset={asset} box={320} alt={alt} />
        {said && (
          <span className={classes.mark}>
            <Mark size={48} stroke={2.5} aria-hidden />
          </span>
        )}
      </div>
      {mayReview && (
        <div className={classes.answers}>
          {said ? (
            <Button
              size="xs"
              radius={0}
              variant="subtle"
              color="gray"
              disabled={said.run === undefined}
              leftSection={<IconArrowBackUp size={14} aria-hidden />}
              onClick={() => takeBack(asset)}
              aria-label={t(said.yes ? "next.undoYes" : "next.undoNo", { picture: alt })}
            >
              {t("app:undo")}
            </Button>
          ) : (
            <>
              <Button
                size="xs"
                px={0}
                radius={0}
                variant="subtle"
                aria-label={t("next.yesTo", { picture: alt, concept })}
                onClick={() => answer(asset, true)}
              >
                {t("next.yes")}
              </Button>
              <Button
                size="xs"
                px={0}
                radius={0}
                variant="subtle"
                color="gray"
                aria-label={t("next.noTo", { picture: alt, concept })}
                onClick={() => answer(asset, false)}
              >
                {t("next.no")}
              </Button>
            </>
          )}
        </div>
      )}
    </li>
  );
});
