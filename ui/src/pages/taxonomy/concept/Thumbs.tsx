import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useWorkspace } from "@/app/session";
import { Picture } from "@/parts/Picture";
import classes from "./Thumbs.module.css";

interface Props {
  assets: readonly string[];
  /** What they are pictures of. */
  label: string;
  /** Else as many as fit. */
  columns?: number;
}

/** A few pictures, each a way to it in the library. */
export function Thumbs({ assets, label, columns }: Props) {
  const { t } = useTranslation("taxonomy");
  const ws = useWorkspace();
  return (
    <ul
      className={classes.row}
      style={columns ? { gridTemplateColumns: `repeat(${columns}, 1fr)` } : undefined}
      aria-label={label}
    >
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
