import { Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { api, told } from "@/api/client";
import { keyOf } from "@/api/queries";
import { useMay, useWorkspace } from "@/app/session";
import { sayFailed } from "@/parts/notes";

interface Props {
  taxonomy: string | undefined;
  /** Pictures are on their way, or being looked at. */
  isBusy: boolean;
  /** They come by an import, which may bring labels of its own. */
  isImporting: boolean;
}

/** Nothing is labelled: begin with everyday objects, or with words of one's own. */
export function NoLabels({ taxonomy, isBusy, isImporting }: Props) {
  const { t } = useTranslation("start");
  const ws = useWorkspace();
  const may = useMay("edit");
  if (taxonomy !== undefined) {
    return (
      <Stack align="flex-start" gap="sm">
        <Text maw={600}>{t(isBusy ? "noLabels.busy" : "noLabels.review", { taxonomy })}</Text>
        {!isBusy && (
          <Group>
            <Button
              renderRoot={(props) => (
                <Link to="/w/$ws/review" params={{ ws }} search={{ taxonomy }} {...props} />
              )}
            >
              {t("noLabels.toReview")}
            </Button>
            <SuggestButton taxonomy={taxonomy} />
          </Group>
        )}
      </Stack>
    );
  }
  if (isImporting) return <Text maw={600}>{t("noLabels.busy")}</Text>;
  if (!may) return <Text>{t("noLabels.ask")}</Text>;
  return (
    <Stack align="flex-start" gap="sm">
      <Text maw={600}>{t("noLabels.text")}</Text>
      <Group>
        <StarterButton />
        <Button
          variant="default"
          renderRoot={(props) => <Link to="/w/$ws/taxonomies" params={{ ws }} {...props} />}
        >
          {t("noLabels.own")}
        </Button>
      </Group>
      <Text size="sm" c="dimmed">
        {t("noLabels.starterAbout")}
      </Text>
    </Stack>
  );
}

/** Everyday objects that the network knows from the start, put to people as suggestions. */
function StarterButton() {
  const { t } = useTranslation("start");
  const client = useQueryClient();
  const make = useMutation({
    mutationFn: async () => {
      const taxonomy = t("noLabels.starterName");
      await told(
        api.POST("/api/v1/taxonomies/{taxonomy}/starter", { params: { path: { taxonomy } } }),
      );
      await told(api.POST("/api/v1/jobs", { body: { kind: "tag", taxonomy } }));
    },
    onSuccess: () => client.invalidateQueries({ queryKey: keyOf("taxonomies") }),
    onError: sayFailed,
  });
  return (
    <Button loading={make.isPending} onClick={() => make.mutate()}>
      {t("noLabels.starter")}
    </Button>
  );
}

function SuggestButton({ taxonomy }: { taxonomy: string }) {
  const { t } = useTranslation("start");
  const may = useMay("train");
  const suggest = useMutation({
    mutationFn: () => told(api.POST("/api/v1/jobs", { body: { kind: "tag", taxonomy } })),
    onError: sayFailed,
  });
  if (!may) return null;
  return (
    <Button variant="default" loading={suggest.isPending} onClick={() => suggest.mutate()}>
      {t("noLabels.suggest")}
    </Button>
  );
}
