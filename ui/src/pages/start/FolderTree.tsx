import { Badge, Text } from "@mantine/core";
import { IconFolder } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { count } from "@/parts/numbers";
import classes from "./Bring.module.css";
import type { Branch } from "./tree";

/** The taxonomy that folders would make. */
export function FolderTree({ branches }: { branches: readonly Branch[] }) {
  const { t } = useTranslation("start");
  return (
    <div className={classes.scroll} tabIndex={0} role="group" aria-label={t("choose.tree")}>
      <Branches branches={branches} isTop />
    </div>
  );
}

function Branches({ branches, isTop }: { branches: readonly Branch[]; isTop?: boolean }) {
  return (
    <ul className={isTop ? classes.tree : undefined}>
      {branches.map((branch) => (
        <li key={branch.word}>
          <span className={classes.branch}>
            <IconFolder size={16} stroke={1.6} aria-hidden />
            <Text size="sm" component="span">
              {branch.word}
            </Text>
            <Badge size="sm" variant="light" color="gray" className="figures" c="dimmed">
              {count(branch.pictures)}
            </Badge>
          </span>
          {branch.branches.length > 0 && <Branches branches={branch.branches} />}
        </li>
      ))}
    </ul>
  );
}
