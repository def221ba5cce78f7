import { Badge, Button, Group, Select, Table, Text } from "@mantine/core";
import { IconUserPlus, IconUsers } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "@/api/client";
import { keyOf } from "@/api/queries";
import type { MemberOut, MembersOut } from "@/api/schema";
import { useMe } from "@/app/session";
import { Empty } from "@/parts/Empty";
import { Failure } from "@/parts/Failure";
import { Loading } from "@/parts/Loading";
import { ago } from "@/parts/numbers";
import { Invite } from "./Invite";
import { Roles } from "./Roles";
import { Section } from "./Section";
import { Sure } from "./Sure";
import { type Role, ROLES } from "./tabs";
import { useChange } from "./useChange";

export function People() {
  const { t } = useTranslation("settings");
  const me = useMe();
  const [isInviting, setInviting] = useState(false);
  const members = useMembers(me?.kind !== "local");
  if (me?.kind === "local") return <FirstLogin />;
  if (members.error) return <Failure error={members.error} />;
  if (members.isPending) return <Loading />;
  const items = members.data.pages.flatMap((page) => page.items);
  return (
    <>
      <Section
        title={t("people.title")}
        about={t("people.about")}
        action={
          <Button
            leftSection={<IconUserPlus size={18} aria-hidden />}
            onClick={() => setInviting(true)}
          >
            {t("people.invite")}
          </Button>
        }
      >
        <Members items={items} />
        {members.hasNextPage && (
          <Button variant="default" mt="sm" onClick={() => void members.fetchNextPage()}>
            {t("more")}
          </Button>
        )}
      </Section>
      <Roles />
      <Invite opened={isInviting} onClose={() => setInviting(false)} />
    </>
  );
}

function useMembers(enabled: boolean) {
  return useInfiniteQuery({
    queryKey: keyOf("members"),
    enabled,
    initialPageParam: "",
    queryFn: ({ pageParam: after }): Promise<MembersOut> =>
      told(api.GET("/api/v1/members", { params: { query: { after, limit: 100 } } })),
    getNextPageParam: ({ next }) => next ?? undefined,
  });
}

function FirstLogin() {
  const { t } = useTranslation("settings");
  return (
    <Empty icon={IconUsers} title={t("people.noneTitle")} text={t("people.noneText")}>
      <Button renderRoot={(props) => <Link to="/setup" {...props} />}>{t("people.setUp")}</Button>
    </Empty>
  );
}

function Members({ items }: { items: readonly MemberOut[] }) {
  const { t } = useTranslation("settings");
  const [leaving, setLeaving] = useState<MemberOut | null>(null);
  const remove = useChange(
    (person: string) =>
      told(api.DELETE("/api/v1/members/{person}", { params: { path: { person } } })),
    ["members"],
    () => {
      setLeaving(null);
      return t("people.removed");
    },
  );
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table verticalSpacing="sm" aria-label={t("people.title")}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("people.name")}</Table.Th>
            <Table.Th>{t("people.role")}</Table.Th>
            <Table.Th>{t("people.since")}</Table.Th>
            <Table.Th>
              <span className="visually-hidden">{t("actions")}</span>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map((member) => (
            <Member key={member.id} member={member} onRemove={() => setLeaving(member)} />
          ))}
        </Table.Tbody>
      </Table>
      <Sure
        text={leaving && t("people.sure", { name: leaving.name })}
        button={t("people.remove")}
        isBusy={remove.isPending}
        onYes={() => leaving && remove.mutate(leaving.id)}
        onClose={() => setLeaving(null)}
      />
    </Table.ScrollContainer>
  );
}

function Member({ member, onRemove }: { member: MemberOut; onRemove: () => void }) {
  const { t } = useTranslation("settings");
  const change = useChange(
    (role: Role) =>
      told(
        api.PUT("/api/v1/members/{person}", {
          params: { path: { person: member.id } },
          body: { role },
        }),
      ),
    ["members", "me"],
    (_, role) => t("people.changed", { name: member.name, role: t(`role.${role}`) }),
  );
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="xs">
          <Text fw={550}>{member.name}</Text>
          {member.pending && (
            <Badge variant="light" color="gray" tt="none">
              {t("people.pending")}
            </Badge>
          )}
          {member.disabled && (
            <Badge variant="light" color="red" tt="none">
              {t("people.disabled")}
            </Badge>
          )}
        </Group>
        <Text size="sm" c="dimmed">
          {member.email}
        </Text>
      </Table.Td>
      <Table.Td>
        <Select
          aria-label={t("people.roleOf", { name: member.name })}
          data={ROLES.map((role) => ({ value: role, label: t(`role.${role}`) }))}
          value={member.role}
          allowDeselect={false}
          disabled={change.isPending}
          onChange={(role) => role && role !== member.role && change.mutate(role as Role)}
          w={150}
        />
      </Table.Td>
      <Table.Td>
        <Text size="sm">{ago(member.since)}</Text>
      </Table.Td>
      <Table.Td ta="right">
        <Button
          size="xs"
          variant="default"
          onClick={onRemove}
          aria-label={t("people.removeNamed", { name: member.name })}
        >
          {t("people.remove")}
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}
