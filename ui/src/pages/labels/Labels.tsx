import { Button } from "@mantine/core";
import { IconBinaryTree2 } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useWorkspace } from "@/app/session";
import { useRefusals, useOutbox } from "@/parts/answers/useOutbox";
import { Announcer } from "@/parts/announce";
import { Empty } from "@/parts/Empty";
import { Failure } from "@/parts/Failure";
import { Loading } from "@/parts/Loading";
import { Page } from "@/parts/Page";
import { Overview } from "./overview/Overview";
import { type Labels as Checked, useLabels } from "./useLabels";
import { useRecount } from "./useRecount";
import { Work } from "./work/Work";

/** Which labels look wrong, how many that makes, and going through them. */
export function Labels() {
  const { t, ready } = useTranslation(["labels", "review", "models", "app"]);
  const { names, labels, error, retry } = useLabels();
  if (!ready) return <Loading />;
  if (labels) {
    return (
      <Announcer>
        <Shown key={labels.taxonomy} labels={labels} names={names ?? []} />
      </Announcer>
    );
  }
  return (
    <Page title={t("title")} about={t("about")}>
      {error ? (
        <Failure error={error} retry={retry} />
      ) : names?.length === 0 ? (
        <NoTaxonomy />
      ) : (
        <Loading />
      )}
    </Page>
  );
}

function Shown({ labels, names }: { labels: Checked; names: readonly string[] }) {
  const outbox = useOutbox();
  useRefusals(outbox);
  useRecount(labels.taxonomy, outbox);
  if (labels.search.view === undefined) return <Overview labels={labels} names={names} />;
  return <Work labels={labels} view={labels.search.view} />;
}

function NoTaxonomy() {
  const { t } = useTranslation("labels");
  const ws = useWorkspace();
  return (
    <Empty
      icon={IconBinaryTree2}
      title={t("empty.noTaxonomy.title")}
      text={t("empty.noTaxonomy.text")}
    >
      <Button renderRoot={(props) => <Link to="/w/$ws/taxonomies" params={{ ws }} {...props} />}>
        {t("empty.noTaxonomy.button")}
      </Button>
    </Empty>
  );
}
