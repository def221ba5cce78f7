import { Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { count, percent } from "@/parts/numbers";
import type { Share } from "./choice";
import classes from "./Map.module.css";

interface Props {
  shares: readonly Share[];
  total: number;
}

const SHOWN = 8;

/** What pictures carry now, the most frequent first. */
export function Shares({ shares, total }: Props) {
  const { t } = useTranslation("map");
  if (shares.length === 0) return null;
  const rest = shares.slice(SHOWN).reduce((sum, each) => sum + each.count, 0);
  return (
    <div>
      <Title order={3} size="h6" mb={6}>
        {t("choice.now")}
      </Title>
      <ul className={classes.shares}>
        {shares.slice(0, SHOWN).map((share) => (
          <li key={share.code}>
            <span
              className={classes.shareBar}
              style={{ width: `${(100 * share.count) / total}%` }}
            />
            <Text span size="sm" truncate c={share.code < 0 ? "dimmed" : undefined}>
              {share.label}
            </Text>
            <Text span size="sm" className="figures" title={percent(share.count / total, 1)}>
              {count(share.count)}
            </Text>
          </li>
        ))}
      </ul>
      {rest > 0 && (
        <Text size="sm" c="dimmed" mt={4}>
          {t("choice.others", { count: rest, shown: count(rest) })}
        </Text>
      )}
    </div>
  );
}
