import { Button, Checkbox, Group, NumberInput, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconSchool } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { jobsQuery } from "@/api/queries";
import type { ModelOut } from "@/api/schema";
import { isOpen } from "@/app/jobs";
import { useMay } from "@/app/session";
import { count } from "@/parts/numbers";
import { useTraining } from "./actions";
import { smallestSample } from "./contract";
import { reportQuery, waysQuery } from "./queries";
import { askedOf, type RecipeFields, USUAL as USUAL_RECIPE } from "./recipe";
import { RecipeChoice } from "./RecipeChoice";
import type { Contract } from "./report";
import { inPercent } from "./words";
import { Dialog } from "@/parts/Dialog";

interface Props {
  taxonomy: string;
  champion: ModelOut | undefined;
  /** The target to begin with, where another than the champion's is asked for. */
  target?: number;
  /** What the button says, where it is not "learn again". */
  words?: string;
  variant?: "filled" | "light";
}

const USUAL: Contract = { target: 0.95, confidence: 0.95 };

/** The button that learns a taxonomy anew, and the form in which the promise is chosen. */
export function LearnButton({ taxonomy, champion, target, words, variant = "filled" }: Props) {
  const { t } = useTranslation("models");
  const [isAsking, asking] = useDisclosure();
  const jobs = useQuery(jobsQuery()).data ?? [];
  const running = jobs.some(
    (job) => job.kind === "train" && job.subject === taxonomy && isOpen(job),
  );
  const report = useQuery({
    ...reportQuery(taxonomy, champion?.version ?? 0),
    enabled: champion !== undefined,
  });
  if (!useMay("train")) return null;
  const before = report.data?.contract ?? USUAL;
  return (
    <>
      <Button
        variant={variant}
        leftSection={<IconSchool size={16} aria-hidden />}
        disabled={running}
        onClick={asking.open}
      >
        {words ?? t(champion ? "learn.again" : "learn.first")}
      </Button>
      <Dialog
        opened={isAsking}
        onClose={asking.close}
        title={t("learn.title", { taxonomy })}
        size="lg"
      >
        <LearnForm
          taxonomy={taxonomy}
          start={target === undefined ? before : { ...before, target }}
          isFirst={champion === undefined}
          close={asking.close}
        />
      </Dialog>
    </>
  );
}

interface FormProps {
  taxonomy: string;
  start: Contract;
  isFirst: boolean;
  close: () => void;
}

function LearnForm({ taxonomy, start, isFirst, close }: FormProps) {
  const { t } = useTranslation(["models", "app"]);
  const [contract, setContract] = useState(start);
  const [again, setAgain] = useState(false);
  const [recipe, setRecipe] = useState<RecipeFields>(USUAL_RECIPE);
  const ways = useQuery(waysQuery(taxonomy)).data;
  const train = useTraining(taxonomy);
  const isTuned = recipe.recipe === "finetune";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    // On a network that is learned first, the best way is always sought anew.
    train.mutate({ contract, again: again && !isTuned, ...askedOf(recipe) }, { onSuccess: close });
  };
  const least = smallestSample(contract);
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">{t("learn.about")}</Text>
        <Group grow align="flex-start">
          <Share
            label={t("learn.target")}
            value={contract.target}
            onChange={(target) => setContract({ ...contract, target })}
          />
          <Share
            label={t("learn.confidence")}
            value={contract.confidence}
            onChange={(confidence) => setContract({ ...contract, confidence })}
          />
        </Group>
        <div aria-live="polite">
          <Text fw={600}>{t("learn.promise", inPercent(contract))}</Text>
          <Text size="sm" c="dimmed" mt={4}>
            {t("learn.least", { count: least, shown: count(least), pictures: count(least * 10) })}
          </Text>
        </div>
        <RecipeChoice
          ways={ways}
          fields={recipe}
          set={(some) => setRecipe((now) => ({ ...now, ...some }))}
        />
        {!isFirst && !isTuned && (
          <Checkbox
            label={t("learn.search")}
            description={t("learn.searchAbout")}
            checked={again}
            onChange={(event) => setAgain(event.currentTarget.checked)}
          />
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t("app:cancel")}
          </Button>
          <Button type="submit" loading={train.isPending}>
            {t("learn.start")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface ShareProps {
  label: string;
  value: number;
  onChange: (value: number) => void;
}

/** A share written in percent, from 50 to 99.9. */
function Share({ label, value, onChange }: ShareProps) {
  return (
    <NumberInput
      label={label}
      value={Number((value * 100).toFixed(2))}
      onChange={(typed) => {
        const share = Number(typed) / 100;
        if (share >= 0.5 && share < 1) onChange(share);
      }}
      min={50}
      max={99.9}
      step={1}
      decimalScale={1}
      suffix={"\u00a0%"}
      clampBehavior="blur"
      required
    />
  );
}
