import { Badge, Button, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api, told } from "@/api/client";
import { keyOf } from "@/api/queries";
import type { DeliveryOut } from "@/api/schema";
import { Failure } from "@/parts/Failure";
import { Loading } from "@/parts/Loading";
import { ago } from "@/parts/numbers";
import { useChange } from "./useChange";

/** What was sent, and whether it arrived. */
export function Deliveries({ webhook }: { webhook: string }) {
  const { t } = useTranslation("settings");
  const { data, error } = useQuery({
    queryKey: keyOf("deliveries", webhook),
    queryFn: async () =>
      (
        await told(
          api.GET("/api/v1/webhooks/{webhook}/deliveries", {
            params: { path: { webhook }, query: { limit: 20 } },
          }),
        )
      ).items,
    refetchInterval: 3_000,
  });
  if (error) return <Failure error={error} />;
  if (data === undefined) return <Loading />;
  if (data.length === 0) {
    return (
      <Text size="sm" c="dimmed" mt="sm">
        {t("webhooks.nothingSent")}
      </Text>
    );
  }
  return (
    <Table.ScrollContainer minWidth={520} mt="sm">
      <Table fz="sm" aria-label={t("webhooks.deliveries")}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("webhooks.event")}</Table.Th>
            <Table.Th>{t("webhooks.when")}</Table.Th>
            <Table.Th>{t("webhooks.became")}</Table.Th>
            <Table.Th>
              <span className="visually-hidden">{t("actions")}</span>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {data.map((delivery) => (
            <Row key={delivery.id} webhook={webhook} delivery={delivery} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

const COLORS: Readonly<Record<string, string>> = { delivered: "wright", failed: "red" };

function Row({ webhook, delivery }: { webhook: string; delivery: DeliveryOut }) {
  const { t } = useTranslation("settings");
  const again = useChange(
    () =>
      told(
        api.POST("/api/v1/webhooks/{webhook}/deliveries/{delivery}/redeliver", {
          params: { path: { webhook, delivery: delivery.id } },
        }),
      ),
    ["deliveries"],
  );
  return (
    <Table.Tr>
      <Table.Td>{delivery.event}</Table.Td>
      <Table.Td>{ago(delivery.created_at)}</Table.Td>
      <Table.Td>
        <Badge variant="light" tt="none" color={COLORS[delivery.status] ?? "gray"}>
          {t(`webhooks.status.${delivery.status}`)}
        </Badge>{" "}
        {delivery.error ??
          (delivery.answered !== null && t("webhooks.answered", { status: delivery.answered }))}
      </Table.Td>
      <Table.Td ta="right">
        {delivery.status !== "waiting" && (
          <Button
            size="compact-xs"
            variant="default"
            loading={again.isPending}
            onClick={() => again.mutate(undefined)}
            aria-label={t("webhooks.againNamed", { event: delivery.event })}
          >
            {t("webhooks.again")}
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
