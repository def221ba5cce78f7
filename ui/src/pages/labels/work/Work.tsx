import { Anchor, Title } from "@mantine/core";
import { IconArrowLeft } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useWorkspace } from "@/app/session";
import { Unsent } from "@/parts/answers/Unsent";
import { useOutbox } from "@/parts/answers/useOutbox";
import { useTop } from "@/parts/useTop";
import type { View } from "../search";
import type { Labels } from "../useLabels";
import { Choices } from "./Choices";
import { Grid } from "./Grid";
import { Single } from "./Single";
import classes from "./Work.module.css";

/** Going through the suspects. */
export function Work({ labels, view }: { labels: Labels; view: View }) {
  const { t } = useTranslation("labels");
  const ws = useWorkspace();
  const page = useTop();
  const outbox = useOutbox();
  const title = t("title");
  useEffect(() => {
    document.title = `${title} · Tagwright`;
  }, [title]);
  return (
    <div ref={page} className={classes.page}>
      <div className={classes.head}>
        <div className={classes.titles}>
          <Anchor
            size="sm"
            className={classes.back}
            renderRoot={(props) => (
              <Link
                to="/w/$ws/labels"
                params={{ ws }}
                search={{ taxonomy: labels.taxonomy }}
                {...props}
              />
            )}
          >
            <IconArrowLeft size={16} aria-hidden />
            {t("work.back")}
          </Anchor>
          <Title order={1} size="h3" className={classes.title}>
            {title}
          </Title>
        </div>
        <Choices labels={labels} view={view} />
      </div>
      <Unsent outbox={outbox} />
      {view === "grid" ? <Grid labels={labels} /> : <Single labels={labels} />}
    </div>
  );
}
