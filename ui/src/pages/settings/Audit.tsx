import { Alert, Button, Center, Code, Group, SegmentedControl, Table, Text } from "@mantine/core";
import { IconShieldCheck, IconShieldX } from "@tabler/icons-react";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { addressOf, api, told } from "@/api/client";
import { keyOf } from "@/api/queries";
import type { AuditLineOut, AuditOut, VerdictOut } from "@/api/schema";
import { useMe } from "@/app/session";
import { Failure } from "@/parts/Failure";
import { Loading } from "@/parts/Loading";
import { sayFailed } from "@/parts/notes";
import { count, moment } from "@/parts/numbers";
import { Section } from "./Section";

type Log = "workspace" | "installation";

const PATHS = {
  workspace: { list: "/api/v1/audit", verify: "/api/v1/audit/verify", file: "/audit/export" },
  installation: {
    list: "/api/v1/installation/audit",
    verify: "/api/v1/installation/audit/verify",
    file: "/installation/audit/export",
  },
} as const;

export function Audit() {
  const { t } = useTranslation("settings");
  const me = useMe();
  const [log, setLog] = useState<Log>("workspace");
  return (
    <Section
      title={t("audit.title")}
      about={t("audit.about")}
      action={
        me?.operator && (
          <SegmentedControl
            aria-label={t("audit.which")}
            value={log}
            onChange={(value) => setLog(value as Log)}
            data={(["workspace", "installation"] as const).map((each) => ({
              value: each,
              label: t(`audit.logs.${each}`),
            }))}
          />
        )
      }
    >
      <Verify key={log} log={log} />
      <Lines log={log} />
    </Section>
  );
}

function Verify({ log }: { log: Log }) {
  const { t } = useTranslation("settings");
  const verify = useMutation({
    mutationFn: () => told(api.GET(PATHS[log].verify)),
    onError: sayFailed,
  });
  return (
    <>
      <Group mb="md" gap="sm">
        <Button variant="default" loading={verify.isPending} onClick={() => verify.mutate()}>
          {t("audit.verify")}
        </Button>
        <Button component="a" variant="default" href={addressOf(PATHS[log].file)} download>
          {t("audit.export")}
        </Button>
      </Group>
      {verify.data && <Verdict verdict={verify.data} />}
    </>
  );
}

function Verdict({ verdict }: { verdict: VerdictOut }) {
  const { t } = useTranslation("settings");
  return (
    <Alert
      mb="md"
      variant="light"
      role="status"
      color={verdict.intact ? "wright" : "red"}
      icon={verdict.intact ? <IconShieldCheck /> : <IconShieldX />}
      title={t(verdict.intact ? "audit.intact" : "audit.broken", {
        count: verdict.lines,
        shown: count(verdict.lines),
        line: verdict.broken_at,
      })}
    >
      <Text size="sm" style={{ wordBreak: "break-all" }}>
        {t("audit.head")} <Code>{verdict.head}</Code>
      </Text>
    </Alert>
  );
}

function Lines({ log }: { log: Log }) {
  const { t } = useTranslation("settings");
  const found = useInfiniteQuery({
    queryKey: keyOf("audit", log),
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: after }): Promise<AuditOut> =>
      told(
        api.GET(PATHS[log].list, {
          params: { query: { limit: 100, ...(after ? { after } : {}) } },
        }),
      ),
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  if (found.error) return <Failure error={found.error} />;
  if (found.isPending) return <Loading />;
  const lines = found.data.pages.flatMap(({ items }) => items);
  return (
    <>
      <Table.ScrollContainer minWidth={720} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table fz="sm" aria-label={t("audit.title")}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("audit.when")}</Table.Th>
              <Table.Th>{t("audit.who")}</Table.Th>
              <Table.Th>{t("audit.what")}</Table.Th>
              <Table.Th>{t("audit.whom")}</Table.Th>
              <Table.Th>{t("audit.detail")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {lines.map((line) => (
              <Line key={line.seq} line={line} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {lines.length === 0 && <Text c="dimmed">{t("audit.none")}</Text>}
      {found.hasNextPage && (
        <Center mt="md">
          <Button
            variant="default"
            loading={found.isFetchingNextPage}
            onClick={() => void found.fetchNextPage()}
          >
            {t("more")}
          </Button>
        </Center>
      )}
    </>
  );
}

function Line({ line }: { line: AuditLineOut }) {
  const detail = Object.entries(line.detail)
    .map(([name, value]) => `${name}: ${typeof value === "object" ? JSON.stringify(value) : value}`)
    .join(", ");
  return (
    <Table.Tr>
      <Table.Td style={{ whiteSpace: "nowrap" }}>{moment(line.at)}</Table.Td>
      <Table.Td>{line.actor}</Table.Td>
      <Table.Td>
        <Code>{line.action}</Code>
      </Table.Td>
      <Table.Td style={{ wordBreak: "break-word" }}>{line.subject}</Table.Td>
      <Table.Td c="dimmed" style={{ wordBreak: "break-word" }}>
        {detail}
      </Table.Td>
    </Table.Tr>
  );
}
