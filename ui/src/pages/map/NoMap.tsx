import { Button } from "@mantine/core";
import { IconMap2, IconPhotoPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { countsQuery, taxonomiesQuery } from "@/api/queries";
import { useMay, useWorkspace } from "@/app/session";
import { Empty } from "@/parts/Empty";
import { Page } from "@/parts/Page";
import { MapJobs, useIsDrawing } from "./MapJobs";
import { NewMap } from "./NewMap";

/** No map yet: why one would want one, and the button; or first some pictures. */
export function NoMap() {
  const { t } = useTranslation("map");
  const ws = useWorkspace();
  const mayDraw = useMay("train");
  const total = useQuery(countsQuery()).data?.total;
  const taxonomy = useQuery(taxonomiesQuery()).data?.[0]?.name ?? null;
  const isDrawing = useIsDrawing();
  const [isAsking, setAsking] = useState(false);
  if (total === undefined) return null;
  if (total === 0) {
    return (
      <Page title={t("title")}>
        <Empty icon={IconPhotoPlus} title={t("empty.noPictures")} text={t("empty.noPicturesText")}>
          <Button renderRoot={(props) => <Link to="/w/$ws/start" params={{ ws }} {...props} />}>
            {t("empty.bring")}
          </Button>
        </Empty>
      </Page>
    );
  }
  return (
    <Page title={t("title")}>
      <Empty
        icon={IconMap2}
        title={t("empty.noMap")}
        text={t(mayDraw ? "empty.noMapText" : "empty.noMapForReaders")}
      >
        <MapJobs newest={undefined} />
        {mayDraw && !isDrawing && (
          <Button onClick={() => setAsking(true)}>{t("empty.draw")}</Button>
        )}
      </Empty>
      {isAsking && <NewMap taxonomy={taxonomy} onClose={() => setAsking(false)} />}
    </Page>
  );
}
