import { Alert, Anchor, Box, ScrollArea, Stack, Table, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { JobOut } from "@/api/schema";
import { useWorkspace } from "@/app/session";
import { count, moment, span } from "@/parts/numbers";
import { modelOf, secondsOf, type Trouble, troublesOf } from "./facts";

/** All there is to say of a job that ended. */
export function JobDetails({ job }: { job: JobOut }) {
  const { t } = useTranslation("jobs");
  const ws = useWorkspace();
  const seconds = secondsOf(job);
  const troubles = troublesOf(job);
  const model = modelOf(job);
  return (
    <Stack gap="sm" pt="md" pl={30}>
      {job.error && job.status === "failed" && (
        <Alert color="red" variant="light" title={t("why")}>
          {job.error}
        </Alert>
      )}
      {model && (
        <Anchor
          renderRoot={(props) => (
            <Link
              to="/w/$ws/models/$taxonomy/$version"
              params={{ ws, taxonomy: model.taxonomy, version: String(model.version) }}
              {...props}
            />
          )}
        >
          {t("toModel", { ...model })}
        </Anchor>
      )}
      <Text size="sm" c="dimmed">
        {t("asked", { name: job.requested_by, when: moment(job.created_at) })}
        {seconds !== null && ` ${t("took", { time: span(Math.max(seconds, 1)) })}`}
        {job.attempts > 1 && ` ${t("attempts", { count: job.attempts })}`}
        {job.finish_requested && ` ${t("finishedEarly")}`}
      </Text>
      {troubles.length > 0 && <Troubles troubles={troubles} />}
    </Stack>
  );
}

function Troubles({ troubles }: { troubles: readonly Trouble[] }) {
  const { t } = useTranslation("jobs");
  return (
    <Box>
      <Text fw={550} size="sm">
        {t("troubles", { count: troubles.length, shown: count(troubles.length) })}
      </Text>
      <ScrollArea.Autosize mah={320} mt={4} viewportProps={{ tabIndex: 0 }}>
        <Table fz="sm" aria-label={t("troublesTable")}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("where")}</Table.Th>
              <Table.Th>{t("reason")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {troubles.map(({ where, reason }, at) => (
              <Table.Tr key={`${where}${at}`}>
                <Table.Td style={{ wordBreak: "break-all" }}>{where}</Table.Td>
                <Table.Td>{reason}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollArea.Autosize>
    </Box>
  );
}
