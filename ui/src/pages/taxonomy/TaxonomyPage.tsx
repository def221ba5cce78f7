import { Button } from "@mantine/core";
import { IconBinaryTree2 } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ApiError } from "@/api/errors";
import { taxonomyQuery } from "@/api/queries";
import { useWorkspace } from "@/app/session";
import { Empty } from "@/parts/Empty";
import { Failure } from "@/parts/Failure";
import { Loading } from "@/parts/Loading";
import { Editor } from "./Editor";

/** One taxonomy: its tree, how each concept fares, and every change of it. */
export function TaxonomyPage() {
  const { taxonomy: name = "" } = useParams({ strict: false });
  const { t, ready } = useTranslation(["taxonomy", "app"]);
  const ws = useWorkspace();
  const { data, error, refetch } = useQuery(taxonomyQuery(name));
  if (error instanceof ApiError && error.status === 404) {
    return (
      <Empty icon={IconBinaryTree2} title={t("gone.title", { name })} text={t("gone.text")}>
        <Button renderRoot={(props) => <Link to="/w/$ws/taxonomies" params={{ ws }} {...props} />}>
          {t("gone.back")}
        </Button>
      </Empty>
    );
  }
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (data === undefined || !ready) return <Loading />;
  return <Editor key={name} base={data} />;
}
