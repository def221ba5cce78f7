import { Group, Text, ThemeIcon } from "@mantine/core";
import { IconShieldCheck, IconShieldQuestion } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import { count, percent } from "@/parts/numbers";
import { standingOf } from "./contract";
import type { Contract, FacetReport } from "./report";
import { inPercent } from "./words";

interface Props {
  facet: FacetReport;
  contract: Contract;
}

/** What one facet's contract promises, or what it lacks to promise anything; in plain sentences. */
export function ContractWords({ facet, contract }: Props) {
  const { t } = useTranslation("models");
  const standing = standingOf(facet);
  const kept = standing.is !== "refused";
  return (
    <Group wrap="nowrap" align="flex-start" gap="md">
      <ThemeIcon
        size={44}
        radius="xl"
        variant="light"
        color={kept ? "wright" : "orange"}
        aria-hidden
      >
        {kept ? <IconShieldCheck size={24} /> : <IconShieldQuestion size={24} />}
      </ThemeIcon>
      <div>
        <Text fw={600} size="lg" lh={1.35}>
          {t(kept ? "contract.promised" : "contract.refused", inPercent(contract))}
        </Text>
        <Text c="dimmed" mt={4}>
          {useDetails(facet)}
        </Text>
      </div>
    </Group>
  );
}

function useDetails(facet: FacetReport): string {
  const { t } = useTranslation("models");
  const standing = standingOf(facet);
  if (standing.is === "kept") {
    const { seen, tagged, right, bound } = standing.promise;
    return t("contract.tested", {
      count: seen,
      seen: count(seen),
      tagged: count(tagged),
      right: count(right),
      bound: percent(bound, 1),
    });
  }
  if (standing.is === "partly") {
    return t("contract.partly", { count: standing.held, all: count(standing.all) });
  }
  if (standing.pictures === null) return t("contract.outOfReach");
  return t("contract.missing", { count: standing.pictures, shown: count(standing.pictures) });
}
