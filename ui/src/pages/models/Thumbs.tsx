import { Link } from "@tanstack/react-router";
import { useWorkspace } from "@/app/session";
import { Picture } from "@/parts/Picture";
import classes from "./Models.module.css";

interface Props {
  assets: readonly string[];
  alt: string;
  small?: boolean;
}

/** Small pictures; each leads to itself in the library. */
export function Thumbs({ assets, alt, small = false }: Props) {
  const ws = useWorkspace();
  return (
    <div className={`${classes.thumbs} ${small ? classes.small : ""}`}>
      {assets.map((asset) => (
        <Link key={asset} to="/w/$ws/library" params={{ ws }} search={{ asset }}>
          <Picture asset={asset} box={160} alt={alt} />
        </Link>
      ))}
    </div>
  );
}
