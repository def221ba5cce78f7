import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useWorkspace } from "@/app/session";
import { Picture } from "@/parts/Picture";
import classes from "./Thumbs.module.css";

interface Props {
  assets: readonly string[];
  /** What they are pictures of. */
  label: string;
}

/** A few pictures, each a way to it in the library. */
export function Thumbs({ assets, label }: Props) {
  const { t } = useTranslation("taxonomy");
  const ws = useWorkspace();
  return (
    <ul className={classes.row} aria-label={label}>
      {assets.map((asset, at) => (
        <li key={asset}>
          <Link
            className={classes.thumb}
            to="/w/$ws/library"
            params={{ ws }}
            search={{ asset }}
            preload={false}
          >
            <Picture asset={asset} box={160} alt={t("picture", { n: at + 1, of: label })} />
          </Link>
        </li>
      ))}
    </ul>
  );
}
