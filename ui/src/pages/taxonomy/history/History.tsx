import { Drawer, Stack, Timeline } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { RunOut, TaxonomyOut } from "@/api/schema";
import { Failure } from "@/parts/Failure";
import { Loading } from "@/parts/Loading";
import { editRunsQuery, versionsQuery } from "../queries";
import { VersionItem } from "./VersionItem";

interface Props {
  opened: boolean;
  close: () => void;
  taxonomy: TaxonomyOut;
  mayEdit: boolean;
}

/** Every version, newest first: when, by whom, what it changed, and the way back. */
export function History({ opened, close, taxonomy, mayEdit }: Props) {
  const { t } = useTranslation(["taxonomy", "app"]);
  const versions = useQuery({ ...versionsQuery(taxonomy.name), enabled: opened });
  const runs = useQuery({ ...editRunsQuery(), enabled: opened });
  return (
    <Drawer
      opened={opened}
      onClose={close}
      position="right"
      size="md"
      title={t("history.title")}
      closeButtonProps={{ "aria-label": t("app:close") }}
    >
      <Stack>
        {versions.error && <Failure error={versions.error} retry={() => void versions.refetch()} />}
        {versions.isPending && <Loading />}
        {versions.data && (
          <Timeline bulletSize={16} lineWidth={2} active={0}>
            {versions.data.map((each) => (
              <Timeline.Item key={each.version}>
                <VersionItem
                  taxonomy={taxonomy}
                  version={each.version}
                  at={each.created_at}
                  run={runOf(runs.data ?? [], taxonomy.name, each.version)}
                  mayEdit={mayEdit}
                />
              </Timeline.Item>
            ))}
          </Timeline>
        )}
      </Stack>
    </Drawer>
  );
}

interface Made {
  versions?: readonly { taxonomy: string; to: number }[];
}

/** The run that made a version; imports and the first version have none. */
function runOf(runs: readonly RunOut[], taxonomy: string, version: number): RunOut | undefined {
  return runs.find((run) =>
    (run.summary as Made).versions?.some(
      (made) => made.taxonomy === taxonomy && made.to === version,
    ),
  );
}
