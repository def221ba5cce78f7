import { Button, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "@/api/client";
import type { InvitedMemberOut } from "@/api/schema";
import { Dialog } from "@/parts/Dialog";
import { moment } from "@/parts/numbers";
import { Secret } from "./Secret";
import { type Role, ROLES } from "./tabs";
import { useChange } from "./useChange";

/** Bring somebody in; who is new gets a link, shown here once. */
export function Invite({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation("settings");
  return (
    <Dialog opened={opened} onClose={onClose} title={t("people.invite")} size="lg">
      {opened && <Form onClose={onClose} />}
    </Dialog>
  );
}

function Form({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(["settings", "app"]);
  const [email, setEmail] = useState("");
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("reviewer");
  const [made, setMade] = useState<InvitedMemberOut | null>(null);
  const invite = useChange(
    () => told(api.POST("/api/v1/members", { body: { email, name, role } })),
    ["members"],
    (invited) => {
      setMade(invited);
      return undefined;
    },
  );
  if (made) return <Made made={made} onClose={onClose} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    invite.mutate(undefined);
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={t("people.email")}
          type="email"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          data-autofocus
          required
        />
        <TextInput
          label={t("people.name")}
          value={name}
          maxLength={200}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Select
          label={t("people.role")}
          description={t(`roleAbout.${role}`)}
          data={ROLES.map((each) => ({ value: each, label: t(`role.${each}`) }))}
          value={role}
          allowDeselect={false}
          onChange={(each) => each && setRole(each as Role)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("app:cancel")}
          </Button>
          <Button type="submit" loading={invite.isPending}>
            {t("people.inviteButton")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Made({ made, onClose }: { made: InvitedMemberOut; onClose: () => void }) {
  const { t } = useTranslation(["settings", "app"]);
  return (
    <Stack>
      {made.link ? (
        <Secret
          title={t("people.link", { email: made.email })}
          about={t("people.linkAbout", { until: made.until ? moment(made.until) : "" })}
          secret={made.link}
        />
      ) : (
        <Text role="status">{t("people.known", { email: made.email })}</Text>
      )}
      <Group justify="flex-end">
        <Button onClick={onClose}>{t("app:close")}</Button>
      </Group>
    </Stack>
  );
}
