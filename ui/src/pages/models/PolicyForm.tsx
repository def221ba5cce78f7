import { Button, Group, NumberInput, Radio, Stack, Switch, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { PolicyOut } from "@/api/schema";
import { usePolicyChange } from "./actions";
import { formOf, type PolicyFields, policyOf } from "./policy";

interface Props {
  taxonomy: string;
  policy: PolicyOut;
  close: () => void;
}

/** When to learn again, and what happens then. */
export function PolicyForm({ taxonomy, policy, close }: Props) {
  const { t } = useTranslation(["models", "app"]);
  const [fields, setFields] = useState(() => formOf(policy));
  const change = usePolicyChange(taxonomy);
  const set = (some: Partial<PolicyFields>) => setFields({ ...fields, ...some });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const before = policyOf(formOf(policy));
    change.mutate({ policy: policyOf(fields), before }, { onSuccess: close });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="lg">
        <When fields={fields} set={set} />
        <Switch
          label={t("policy.form.promote")}
          description={t("policy.form.promoteAbout")}
          checked={fields.promote}
          onChange={(event) => set({ promote: event.currentTarget.checked })}
        />
        <NumberInput
          label={t("policy.form.margin")}
          description={t("policy.form.marginAbout")}
          value={fields.points}
          onChange={(points) => set({ points: Number(points) })}
          min={0.1}
          max={20}
          step={0.5}
          decimalScale={1}
          maw={320}
        />
        <Switch
          label={t("policy.form.retag")}
          description={t("policy.form.retagAbout")}
          checked={fields.retag}
          onChange={(event) => set({ retag: event.currentTarget.checked })}
        />
        <Switch
          label={t("policy.form.online")}
          description={t("policy.form.onlineAbout")}
          checked={fields.online}
          onChange={(event) => set({ online: event.currentTarget.checked })}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {t("app:cancel")}
          </Button>
          <Button type="submit" loading={change.isPending}>
            {t("app:save")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface WhenProps {
  fields: PolicyFields;
  set: (some: Partial<PolicyFields>) => void;
}

function When({ fields, set }: WhenProps) {
  const { t } = useTranslation("models");
  return (
    <Radio.Group
      label={t("policy.form.when")}
      value={fields.when}
      onChange={(when) => set({ when: when as PolicyFields["when"] })}
    >
      <Stack gap="xs" mt="xs">
        <Radio value="manual" label={t("policy.form.manual")} />
        <Radio value="answers" label={t("policy.form.answers")} />
        {fields.when === "answers" && (
          <NumberInput
            ml={32}
            maw={220}
            label={t("policy.form.howMany")}
            value={fields.answers}
            onChange={(answers) => set({ answers: Number(answers) })}
            min={1}
            max={1_000_000}
          />
        )}
        <Radio value="hours" label={t("policy.form.hours")} />
        {fields.when === "hours" && (
          <NumberInput
            ml={32}
            maw={220}
            label={t("policy.form.everyHours")}
            value={fields.hours}
            onChange={(hours) => set({ hours: Number(hours) })}
            min={1}
            max={8_760}
          />
        )}
        <Radio value="daily" label={t("policy.form.daily")} />
        {fields.when === "daily" && (
          <TextInput
            ml={32}
            maw={220}
            type="time"
            label={t("policy.form.at")}
            value={fields.at}
            onChange={(event) => set({ at: event.currentTarget.value })}
            required
          />
        )}
      </Stack>
    </Radio.Group>
  );
}
