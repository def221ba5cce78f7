import { Button, Stack } from "@mantine/core";
import { IconTargetArrow } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { modelsQuery, taxonomiesQuery } from "@/api/queries";
import { useWorkspace } from "@/app/session";
import { Empty } from "@/parts/Empty";
import { Failure } from "@/parts/Failure";
import { Loading } from "@/parts/Loading";
import { Page } from "@/parts/Page";
import { TaxonomyModels } from "./TaxonomyModels";

/** What was learned of each taxonomy, how good it is, and when it is learned again. */
export function Models() {
  const { t } = useTranslation(["models", "app"]);
  return (
    <Page title={t("app:places.models")} about={t("about")}>
      <Taxonomies />
    </Page>
  );
}

function Taxonomies() {
  const { t } = useTranslation("models");
  const ws = useWorkspace();
  const taxonomies = useQuery(taxonomiesQuery());
  const models = useQuery(modelsQuery());
  const error = taxonomies.error ?? models.error;
  if (error) return <Failure error={error} retry={() => void models.refetch()} />;
  if (!taxonomies.data || !models.data) return <Loading />;
  if (taxonomies.data.length === 0) {
    return (
      <Empty icon={IconTargetArrow} title={t("none.title")} text={t("none.text")}>
        <Button renderRoot={(props) => <Link to="/w/$ws/taxonomies" params={{ ws }} {...props} />}>
          {t("none.taxonomies")}
        </Button>
      </Empty>
    );
  }
  const found = models.data;
  return (
    <Stack gap="xl">
      {taxonomies.data.map(({ name }) => (
        <TaxonomyModels
          key={name}
          taxonomy={name}
          models={found.filter(({ taxonomy }) => taxonomy === name)}
        />
      ))}
    </Stack>
  );
}
