import { Button } from "@mantine/core";
import { IconArrowRight } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useWorkspace } from "@/app/session";
import { Picture } from "@/parts/Picture";
import classes from "./Map.module.css";

interface Props {
  assets: readonly (string | undefined)[];
  /** The only one is shown large. */
  isLarge?: boolean;
}

/** A look at some pictures; each leads to itself in the library. */
export function Faces({ assets, isLarge = false }: Props) {
  const { t } = useTranslation("map");
  const ws = useWorkspace();
  const only = isLarge ? assets[0] : undefined;
  return (
    <div className={classes.faces} data-large={isLarge || undefined}>
      {assets.map((asset, at) =>
        asset === undefined ? (
          <div key={at} className={classes.face} />
        ) : (
          <Link
            key={asset}
            className={classes.face}
            to="/w/$ws/library"
            params={{ ws }}
            search={{ asset }}
            aria-label={t("picture.open", { number: at + 1 })}
          >
            <Picture
              asset={asset}
              box={isLarge ? 640 : 160}
              alt=""
              fit={isLarge ? "contain" : "cover"}
            />
          </Link>
        ),
      )}
      {only !== undefined && (
        <Button
          variant="default"
          size="compact-sm"
          rightSection={<IconArrowRight size={14} aria-hidden />}
          renderRoot={(props) => (
            <Link to="/w/$ws/library" params={{ ws }} search={{ asset: only }} {...props} />
          )}
        >
          {t("picture.inLibrary")}
        </Button>
      )}
    </div>
  );
}
