import { Badge, Button, Group, Stack, Table, Text } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "@/api/client";
import { keyOf } from "@/api/queries";
import type { InvitationOut, PeopleOut, PersonOut } from "@/api/schema";
import { useMe } from "@/app/session";
import { Dialog } from "@/parts/Dialog";
import { Failure } from "@/parts/Failure";
import { Loading } from "@/parts/Loading";
import { ago, moment } from "@/parts/numbers";
import { WorkspaceForm } from "@/pages/entry/WorkspaceForm";
import { Section } from "./Section";
import { Secret } from "./Secret";
import { useChange } from "./useChange";

/** For operators: all workspaces and all people. */
export function Installation() {
  const me = useMe();
  return (
    <>
      <Workspaces />
      {me?.kind !== "local" && <Everybody />}
    </>
  );
}

function Workspaces() {
  const { t } = useTranslation("settings");
  const navigate = useNavigate();
  const me = useMe();
  const [isMaking, setMaking] = useState(false);
  const { data, error } = useQuery({
    queryKey: keyOf("workspaces"),
    queryFn: async () => (await told(api.GET("/api/v1/workspaces"))).items,
  });
  if (error) return <Failure error={error} />;
  if (data === undefined) return <Loading />;
  const mine = new Set(me?.memberships.map(({ workspace }) => workspace));
  return (
    <Section
      title={t("installation.workspaces")}
      about={t("installation.workspacesAbout")}
      action={<Button onClick={() => setMaking(true)}>{t("installation.make")}</Button>}
    >
      <Table.ScrollContainer minWidth={480}>
        <Table verticalSpacing="sm" aria-label={t("installation.workspaces")}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("installation.name")}</Table.Th>
              <Table.Th>{t("installation.address")}</Table.Th>
              <Table.Th>{t("installation.since")}</Table.Th>
              <Table.Th>
                <span className="visually-hidden">{t("actions")}</span>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.map(({ id, name, created_at }) => (
              <Table.Tr key={id}>
                <Table.Td fw={550}>{name}</Table.Td>
                <Table.Td>{`/w/${id}`}</Table.Td>
                <Table.Td>{ago(created_at)}</Table.Td>
                <Table.Td ta="right">
                  {(mine.has(id) || me?.kind === "local") && (
                    <Button
                      size="xs"
                      variant="default"
                      onClick={() => void navigate({ to: "/w/$ws", params: { ws: id } })}
                      aria-label={t("installation.openNamed", { name })}
                    >
                      {t("installation.open")}
                    </Button>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Dialog opened={isMaking} onClose={() => setMaking(false)} title={t("installation.make")}>
        <WorkspaceForm onMade={(ws) => void navigate({ to: "/w/$ws/start", params: { ws } })} />
      </Dialog>
    </Section>
  );
}

function Everybody() {
  const { t } = useTranslation(["settings", "app"]);
  const [made, setMade] = useState<InvitationOut | null>(null);
  const found = useInfiniteQuery({
    queryKey: keyOf("people"),
    initialPageParam: "",
    queryFn: ({ pageParam: after }): Promise<PeopleOut> =>
      told(api.GET("/api/v1/people", { params: { query: { after, limit: 100 } } })),
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  if (found.error) return <Failure error={found.error} />;
  if (found.isPending) return <Loading />;
  return (
    <Section title={t("installation.people")} about={t("installation.peopleAbout")}>
      <Table.ScrollContainer minWidth={620}>
        <Table verticalSpacing="sm" aria-label={t("installation.people")}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("people.name")}</Table.Th>
              <Table.Th>{t("people.since")}</Table.Th>
              <Table.Th>
                <span className="visually-hidden">{t("actions")}</span>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {found.data.pages
              .flatMap(({ items }) => items)
              .map((person) => (
                <Person key={person.id} person={person} onLink={setMade} />
              ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {found.hasNextPage && (
        <Button variant="default" mt="sm" onClick={() => void found.fetchNextPage()}>
          {t("more")}
        </Button>
      )}
      <Dialog
        opened={made !== null}
        onClose={() => setMade(null)}
        title={t("installation.link")}
        size="lg"
      >
        {made?.link && (
          <Stack>
            <Secret
              title={t("people.link", { email: made.person.email })}
              about={t("people.linkAbout", { until: made.until ? moment(made.until) : "" })}
              secret={made.link}
            />
            <Group justify="flex-end">
              <Button onClick={() => setMade(null)}>{t("app:close")}</Button>
            </Group>
          </Stack>
        )}
      </Dialog>
    </Section>
  );
}

interface PersonProps {
  person: PersonOut;
  onLink: (made: InvitationOut) => void;
}

function Person({ person, onLink }: PersonProps) {
  const { t } = useTranslation("settings");
  const params = { path: { person: person.id } };
  const change = useChange(
    (body: { disabled?: boolean; operator?: boolean }) =>
      told(api.PATCH("/api/v1/people/{person}", { params, body })),
    ["people", "members"],
    () => t("installation.changed", { name: person.name }),
  );
  const link = useChange(
    () => told(api.POST("/api/v1/people/{person}/reset-link", { params })),
    [],
    (made) => {
      onLink(made);
      return undefined;
    },
  );
  return (
    <Table.Tr>
      <Table.Td>
        <Group gap="xs">
          <Text fw={550}>{person.name}</Text>
          {person.operator && (
            <Badge variant="light" tt="none">
              {t("installation.operator")}
            </Badge>
          )}
          {person.pending && (
            <Badge variant="light" color="gray" tt="none">
              {t("people.pending")}
            </Badge>
          )}
          {person.disabled && (
            <Badge variant="light" color="red" tt="none">
              {t("people.disabled")}
            </Badge>
          )}
        </Group>
        <Text size="sm" c="dimmed">
          {person.email}
        </Text>
      </Table.Td>
      <Table.Td>{ago(person.created_at)}</Table.Td>
      <Table.Td>
        <Group gap="xs" justify="flex-end" wrap="nowrap">
          <Button
            size="xs"
            variant="default"
            loading={link.isPending}
            onClick={() => link.mutate(undefined)}
            aria-label={t("installation.resetNamed", { name: person.name })}
          >
            {t("installation.reset")}
          </Button>
          <Button
            size="xs"
            variant="default"
            onClick={() => change.mutate({ operator: !person.operator })}
            aria-label={t(`installation.operatorNamed.${person.operator ? "no" : "yes"}`, {
              name: person.name,
            })}
          >
            {t(`installation.makeOperator.${person.operator ? "no" : "yes"}`)}
          </Button>
          <Button
            size="xs"
            variant="default"
            onClick={() => change.mutate({ disabled: !person.disabled })}
            aria-label={t(`installation.shutNamed.${person.disabled ? "no" : "yes"}`, {
              name: person.name,
            })}
          >
            {t(`installation.shut.${person.disabled ? "no" : "yes"}`)}
          </Button>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}
