import { Center } from "@mantine/core";
import { IconPhotoOff } from "@tabler/icons-react";
import { memo, useState } from "react";
import { type Box, renditionOf } from "@/api/client";
import classes from "./Picture.module.css";

interface Props {
  asset: string;
  box: Box;
  /** What is in it, for those who cannot see it. */
  alt: string;
  fit?: "cover" | "contain";
  eager?: boolean;
}

/** A picture of the library, no larger than needed. It fills its place. */
export const Picture = memo(function Picture({ asset, box, alt, fit = "cover", eager }: Props) {
  const [failed, setFailed] = useState<string | null>(null);
  if (failed === asset) {
    return (
      <Center className={classes.picture} role="img" aria-label={alt}>
        <IconPhotoOff aria-hidden />
      </Center>
    );
  }
  return (
    <img
      className={classes.picture}
      style={{ objectFit: fit }}
      src={renditionOf(asset, box)}
      alt={alt}
      loading={eager ? "eager" : "lazy"}
      decoding="async"
      draggable={false}
      onError={() => setFailed(asset)}
    />
  );
});
