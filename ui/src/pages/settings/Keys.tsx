import { Badge, Button, Code, Group, Table, Text } from "@mantine/core";
import { IconKey, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "@/api/client";
import { keyOf } from "@/api/queries";
import type { KeyOut } from "@/api/schema";
import { Empty } from "@/parts/Empty";
import { Failure } from "@/parts/Failure";
import { Loading } from "@/parts/Loading";
import { ago, moment } from "@/parts/numbers";
import { NewKey } from "./NewKey";
import { Section } from "./Section";
import { Sure } from "./Sure";
import { useChange } from "./useChange";

export function Keys() {
  const { t } = useTranslation("settings");
  const [isMaking, setMaking] = useState(false);
  const keys = useQuery({
    queryKey: keyOf("keys"),
    queryFn: async () => (await told(api.GET("/api/v1/keys"))).items,
  });
  if (keys.error) return <Failure error={keys.error} />;
  if (keys.isPending) return <Loading />;
  const make = (
    <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setMaking(true)}>
      {t("keys.make")}
    </Button>
  );
  return (
    <>
      {keys.data.length === 0 ? (
        <Empty icon={IconKey} title={t("keys.noneTitle")} text={t("keys.noneText")}>
          {make}
        </Empty>
      ) : (
        <Section title={t("keys.title")} about={t("keys.about")} action={make}>
          <Table.ScrollContainer minWidth={680}>
            <Table verticalSpacing="sm" aria-label={t("keys.title")}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t("keys.name")}</Table.Th>
                  <Table.Th>{t("keys.may")}</Table.Th>
                  <Table.Th>{t("keys.used")}</Table.Th>
                  <Table.Th>{t("keys.expires")}</Table.Th>
                  <Table.Th>
                    <span className="visually-hidden">{t("actions")}</span>
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {keys.data.map((key) => (
                  <Row key={key.id} of={key} />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Section>
      )}
      <NewKey opened={isMaking} onClose={() => setMaking(false)} />
    </>
  );
}

function Row({ of: key }: { of: KeyOut }) {
  const { t } = useTranslation("settings");
  const [asks, setAsks] = useState(false);
  const isOver = key.expires_at !== null && Date.parse(key.expires_at) < Date.now();
  const revoke = useChange(
    () => told(api.DELETE("/api/v1/keys/{key}", { params: { path: { key: key.id } } })),
    ["keys"],
    () => {
      setAsks(false);
      return t("keys.revokedDone", { name: key.name });
    },
  );
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="xs">
          <Text fw={550} td={key.revoked_at ? "line-through" : undefined}>
            {key.name}
          </Text>
          {(key.revoked_at ?? isOver) && (
            <Badge variant="light" color="gray" tt="none">
              {t(key.revoked_at ? "keys.revoked" : "keys.expired")}
            </Badge>
          )}
        </Group>
        <Text size="sm" c="dimmed">
          <Code>{key.hint}…</Code> {t("keys.madeBy", { name: key.created_by })}
        </Text>
      </Table.Td>
      <Table.Td>
        <Text size="sm">{t(`role.${key.role}`)}</Text>
        <Text size="xs" c="dimmed">
          {key.permissions.map((each) => t(`permission.${each}`)).join(", ")}
        </Text>
      </Table.Td>
      <Table.Td>
        <Text size="sm">{key.last_used_at ? ago(key.last_used_at) : t("keys.never")}</Text>
      </Table.Td>
      <Table.Td>
        <Text size="sm">{key.expires_at ? moment(key.expires_at) : t("keys.noEnd")}</Text>
      </Table.Td>
      <Table.Td ta="right">
        {!key.revoked_at && (
          <Button
            size="xs"
            variant="default"
            onClick={() => setAsks(true)}
            aria-label={t("keys.revokeNamed", { name: key.name })}
          >
            {t("keys.revoke")}
          </Button>
        )}
        <Sure
          text={asks ? t("keys.sure", { name: key.name }) : null}
          button={t("keys.revoke")}
          isBusy={revoke.isPending}
          onYes={() => revoke.mutate(undefined)}
          onClose={() => setAsks(false)}
        />
      </Table.Td>
    </Table.Tr>
  );
}
