import { Button, Group, Text } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useMay } from "@/app/session";
import { Loading } from "@/parts/Loading";
import { count } from "@/parts/numbers";
import { Page } from "@/parts/Page";
import { DropZone, type Found, uploads, useUploads } from "@/upload";
import { Bring } from "./Bring";
import { Choose } from "./Choose";
import { Learn } from "./Learn";
import { Reading } from "./Reading";
import { Results } from "./Results";
import classes from "./Start.module.css";
import { Step } from "./Step";
import { useStart } from "./useStart";

/** From nothing to a tagged library, on one page. */
export function Start() {
  const { t } = useTranslation("start");
  const mayUpload = useMay("upload");
  const [found, setFound] = useState<Found[] | null>(null);
  const [wantsMore, setWantsMore] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const begun = useStart(chosen);
  const { pictures, uploading, reading, learning, champion } = begun;
  const isBusy = uploading > 0 || reading.length > 0;
  const hasPictures = pictures > 0 || isBusy;
  const isDone = champion !== undefined && learning.length === 0;
  useTidyUploads();
  if (begun.isLoading) return <Loading />;
  return (
    <DropZone onFiles={setFound} disabled={!mayUpload}>
      <Page title={t("title")} about={t("about")}>
        <ol className={classes.steps}>
          <Step
            number={1}
            title={t("bring.title")}
            about={t(mayUpload ? "bring.about" : "bring.ask")}
            state={pictures > 0 && found === null ? "done" : "now"}
          >
            {found !== null ? (
              <Choose
                found={found}
                onClose={() => setFound(null)}
                onStart={(taxonomy) => {
                  setFound(null);
                  setWantsMore(false);
                  if (taxonomy) setChosen(taxonomy);
                }}
              />
            ) : hasPictures && !wantsMore ? (
              <Here pictures={pictures} onMore={() => setWantsMore(true)} />
            ) : (
              mayUpload && <Bring onFiles={setFound} />
            )}
          </Step>
          <Step
            number={2}
            title={t("learn.title")}
            about={t("learn.about")}
            state={isDone ? "done" : hasPictures ? "now" : "later"}
          >
            {hasPictures || begun.failed ? (
              <>
                <Reading begun={begun} />
                {hasPictures && (
                  <div className={classes.learn}>
                    <Learn begun={begun} onTaxonomy={setChosen} />
                  </div>
                )}
              </>
            ) : null}
          </Step>
          <Step
            number={3}
            title={t("results.title")}
            about={t("results.about")}
            state={isDone ? "now" : "later"}
          >
            {isDone && <Results model={champion} pictures={pictures} />}
          </Step>
        </ol>
      </Page>
    </DropZone>
  );
}

/** This page tells of uploads itself; the panel at the bottom stays for what failed. */
function useTidyUploads(): void {
  const { waiting, sending, failed, files } = useUploads().totals;
  const isThrough = files > 0 && waiting + sending + failed === 0;
  useEffect(() => {
    if (isThrough) uploads.clear();
  }, [isThrough]);
}

function Here({ pictures, onMore }: { pictures: number; onMore: () => void }) {
  const { t } = useTranslation("start");
  const may = useMay("upload");
  return (
    <Group>
      <Text fw={550} role="status">
        {pictures === 0
          ? t("bring.coming")
          : t("bring.here", { count: pictures, shown: count(pictures) })}
      </Text>
      {may && (
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={16} aria-hidden />}
          onClick={onMore}
        >
          {t("bring.more")}
        </Button>
      )}
    </Group>
  );
}
