import { Button } from "@mantine/core";
import { IconChecks } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useWorkspace } from "@/app/session";
import { Empty } from "@/parts/Empty";
import { count } from "@/parts/numbers";
import { type Labels, only } from "../useLabels";

/** Every suspect has its answer: what comes next. */
export function NothingLeft({ labels }: { labels: Labels }) {
  const { t } = useTranslation("labels");
  const ws = useWorkspace();
  const { report, filter, choose, taxonomy } = labels;
  const isSome = Object.values(filter).some((each) => each !== undefined);
  const hasMore = isSome && report.waiting > 0;
  return (
    <Empty
      icon={IconChecks}
      title={t(hasMore ? "empty.some.title" : "empty.done.title")}
      text={t(hasMore ? "empty.some.text" : "empty.done.text")}
    >
      {hasMore && (
        <Button onClick={() => choose(only({}))}>
          {t("empty.some.button", { count: report.waiting, shown: count(report.waiting) })}
        </Button>
      )}
      <Button
        variant={hasMore ? "default" : "filled"}
        renderRoot={(props) => (
          <Link to="/w/$ws/labels" params={{ ws }} search={{ taxonomy }} {...props} />
        )}
      >
        {t("work.back")}
      </Button>
    </Empty>
  );
}
