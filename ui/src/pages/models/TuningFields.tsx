import { Select, Stack, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { WaysOut } from "@/api/schema";
import { count, percent } from "@/parts/numbers";
import { type RecipeFields, type Schedule, shareOfPixels, sideOf, sidesOf } from "./recipe";

interface Props {
  ways: WaysOut;
  fields: RecipeFields;
  set: (some: Partial<RecipeFields>) => void;
}

/** Which network is fine-tuned, and how. */
export function TuningFields({ ways, fields, set }: Props) {
  return (
    <Stack gap="sm" ml={{ base: 0, sm: 32 }}>
      <NetworkField ways={ways} fields={fields} set={set} />
      <ScheduleField ways={ways} fields={fields} set={set} />
      <SideField ways={ways} fields={fields} set={set} />
    </Stack>
  );
}

function NetworkField({ ways, fields, set }: Props) {
  const { t } = useTranslation("models");
  return (
    <Select
      label={t("learn.network")}
      description={t("learn.networkAbout")}
      data={ways.networks.map(({ name, side }) => ({
        value: name,
        label: t("learn.networkOption", { name: nameOf(name), side: count(side) }),
      }))}
      value={fields.network}
      onChange={(network) => set({ network: network ?? fields.network, side: null })}
      allowDeselect={false}
    />
  );
}

function ScheduleField({ ways, fields, set }: Props) {
  const { t } = useTranslation("models");
  return (
    <Select
      label={t("learn.schedule")}
      description={t(`learn.scheduleAbout.${fields.schedule}`)}
      data={ways.schedules.map(({ name, epochs, sooner }) => ({
        value: name,
        label: t(sooner ? "learn.scheduleUpTo" : "learn.scheduleOption", {
          name: t(`learn.scheduleName.${name}`),
          count: epochs,
        }),
      }))}
      value={fields.schedule}
      onChange={(schedule) => set({ schedule: (schedule ?? fields.schedule) as Schedule })}
      allowDeselect={false}
    />
  );
}

function SideField({ ways, fields, set }: Props) {
  const { t } = useTranslation("models");
  const own = sideOf({ ...fields, side: null }, ways);
  const chosen = sideOf(fields, ways);
  const optionOf = (side: number) =>
    side === own
      ? t("learn.sideOwn", { side: count(side) })
      : t("learn.sideOption", { side: count(side), share: percent(shareOfPixels(side, own)) });
  return (
    <div>
      <Select
        label={t("learn.side")}
        description={t("learn.sideAbout")}
        data={sidesOf(own).map((side) => ({ value: String(side), label: optionOf(side) }))}
        value={String(chosen)}
        onChange={(side) => set({ side: Number(side) === own ? null : Number(side) })}
        allowDeselect={false}
      />
      <Text size="sm" c="dimmed" mt={chosen === ways.side ? 0 : 4} aria-live="polite">
        {chosen === ways.side ? "" : t("learn.otherSide", { side: count(ways.side) })}
      </Text>
    </div>
  );
}

/** "EfficientNet-Lite 0". */
function nameOf(network: string): string {
  return network.replace(/^lite(\d)$/, "EfficientNet-Lite $1");
}
