import { Button, Title } from "@mantine/core";
import { IconBinaryTree2 } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useWorkspace } from "@/app/session";
import { Empty } from "@/parts/Empty";
import { Failure } from "@/parts/Failure";
import { Loading } from "@/parts/Loading";
import { Announcer } from "@/parts/announce";
import { Choices } from "./Choices";
import { Grid } from "./grid/Grid";
import classes from "./Review.module.css";
import { Unsent } from "@/parts/answers/Unsent";
import { Progress } from "./side/Progress";
import { Single } from "./single/Single";
import { useOutbox, useRefusals } from "@/parts/answers/useOutbox";
import { type Review as Reviewed, useReview } from "./useReview";
import { useTop } from "@/parts/useTop";
import { useRecount } from "./useRecount";

export function Review() {
  const { t } = useTranslation("review");
  const asked = useReview();
  const title = t("title");
  const page = useTop();
  useEffect(() => {
    document.title = `${title} · Tagwright`;
  }, [title]);
  return (
    <Announcer>
      <div ref={page} className={classes.page}>
        <div className={classes.head}>
          <Title order={1} size="h3" className={classes.title}>
            {title}
          </Title>
          {asked.review && <Choices review={asked.review} names={asked.names ?? []} />}
        </div>
        {asked.review ? (
          <Body review={asked.review} />
        ) : asked.error ? (
          <Failure error={asked.error} retry={asked.retry} />
        ) : asked.names?.length === 0 ? (
          <NoTaxonomy />
        ) : (
          <Loading />
        )}
      </div>
    </Announcer>
  );
}

function Body({ review }: { review: Reviewed }) {
  const outbox = useOutbox();
  useRefusals(outbox);
  useRecount(review.taxonomy, outbox);
  return (
    <>
      <Unsent outbox={outbox} />
      <Progress review={review} outbox={outbox} />
      {review.mode === "grid" ? <Grid review={review} /> : <Single review={review} />}
    </>
  );
}

function NoTaxonomy() {
  const { t } = useTranslation("review");
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
