import { Pill } from "@mantine/core";
import { useEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { renditionOf } from "@/api/client";
import classes from "./SearchBar.module.css";

interface Props {
  like: string | File;
  onRemove: () => void;
}

/** The picture whose like is looked for, as a pill. */
export function Likeness({ like, onRemove }: Props) {
  const { t } = useTranslation("library");
  const own = useMemo(() => (like instanceof File ? URL.createObjectURL(like) : null), [like]);
  useEffect(() => () => void (own && URL.revokeObjectURL(own)), [own]);
  return (
    <Pill
      withRemoveButton
      onRemove={onRemove}
      removeButtonProps={{ "aria-label": t("search.unlike"), "aria-hidden": false, tabIndex: 0 }}
    >
      <img
        className={classes.thumb}
        src={own ?? renditionOf(like as string, 160)}
        alt=""
        width={20}
        height={20}
      />
      {t("search.like")}
    </Pill>
  );
}
