import { Button, Skeleton, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { PolicyOut } from "@/api/schema";
import { useMay } from "@/app/session";
import { ago, count } from "@/parts/numbers";
import { Card } from "./Card";
import { PolicyForm } from "./PolicyForm";
import { policyQuery } from "./queries";
import { actorKey } from "./words";
import { Dialog } from "@/parts/Dialog";

/** When a taxonomy is learned again by itself, in sentences; and the form that changes it. */
export function PolicyCard({ taxonomy }: { taxonomy: string }) {
  const { t } = useTranslation("models");
  const [isOpen, form] = useDisclosure();
  const { data: policy } = useQuery(policyQuery(taxonomy));
  const may = useMay("train");
  const change = may && policy && (
    <Button variant="default" size="xs" onClick={form.open}>
      {t("policy.change")}
    </Button>
  );
  return (
    <Card order={3} title={t("policy.title")} actions={change}>
      {policy ? <PolicyWords policy={policy} /> : <Skeleton height={120} />}
      {policy && (
        <Dialog opened={isOpen} onClose={form.close} title={t("policy.title")} size="lg">
          <PolicyForm taxonomy={taxonomy} policy={policy} close={form.close} />
        </Dialog>
      )}
    </Card>
  );
}

function PolicyWords({ policy }: { policy: PolicyOut }) {
  const { t } = useTranslation("models");
  const actor = policy.updated_by && actorKey(policy.updated_by);
  return (
    <Stack gap={6}>
      <Text>{whenWords(policy, t)}</Text>
      <Text>{t(policy.promote ? "policy.promotes" : "policy.asks")}</Text>
      <Text>{t(policy.retag ? "policy.retags" : "policy.leaves")}</Text>
      <Text>{t(policy.online ? "policy.online" : "policy.offline")}</Text>
      <Text size="sm" c="dimmed" mt={4}>
        {policy.updated_at && policy.updated_by
          ? t("policy.by", {
              actor: actor ? t(actor) : policy.updated_by,
              when: ago(policy.updated_at),
            })
          : t("policy.usual")}
      </Text>
    </Stack>
  );
}

type Words = ReturnType<typeof useTranslation<"models">>["t"];

function whenWords({ when, answers, hours, at }: PolicyOut, t: Words): string {
  if (when === "answers") return t("policy.answers", { count: answers, shown: count(answers) });
  if (when === "scheduled" && hours !== null) return t("policy.hours", { count: hours });
  if (when === "scheduled") return t("policy.daily", { at });
  return t("policy.manual");
}
