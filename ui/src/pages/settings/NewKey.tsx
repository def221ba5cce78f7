import { Button, Checkbox, Group, Select, Stack, Text, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "@/api/client";
import type { NewKeyOut } from "@/api/schema";
import type { Permission } from "@/app/session";
import { Dialog } from "@/parts/Dialog";
import { Copyable, Secret } from "./Secret";
import { inDays, PERMISSIONS, type Role, ROLES } from "./tabs";
import { useChange } from "./useChange";

export function NewKey({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation("settings");
  return (
    <Dialog opened={opened} onClose={onClose} title={t("keys.make")} size="lg">
      {opened && <Form onClose={onClose} />}
    </Dialog>
  );
}

const DAYS = ["30", "90", "365", ""] as const;

function Form({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(["settings", "app"]);
  const [name, setName] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const [scopes, setScopes] = useState<Permission[]>([]);
  const [days, setDays] = useState<string>("90");
  const [made, setMade] = useState<NewKeyOut | null>(null);
  const make = useChange(
    () =>
      told(
        api.POST("/api/v1/keys", {
          body: { name, role, scopes, expires_at: days ? inDays(Number(days)) : null },
        }),
      ),
    ["keys"],
    (key) => {
      setMade(key);
      return undefined;
    },
  );
  if (made) return <Made made={made} onClose={onClose} />;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate(undefined);
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={t("keys.name")}
          description={t("keys.nameAbout")}
          value={name}
          maxLength={100}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
          required
        />
        <Select
          label={t("people.role")}
          description={t(`roleAbout.${role}`)}
          data={ROLES.map((each) => ({ value: each, label: t(`role.${each}`) }))}
          value={role}
          allowDeselect={false}
          onChange={(each) => {
            setRole(each as Role);
            setScopes([]);
          }}
        />
        <Scopes role={role} scopes={scopes} onChange={setScopes} />
        <Select
          label={t("keys.expires")}
          data={DAYS.map((each) => ({
            value: each || "never",
            label: each ? t("keys.days", { count: Number(each) }) : t("keys.noEnd"),
          }))}
          value={days || "never"}
          allowDeselect={false}
          onChange={(each) => setDays(each === "never" ? "" : (each ?? ""))}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t("app:cancel")}
          </Button>
          <Button type="submit" loading={make.isPending} disabled={!name.trim()}>
            {t("keys.make")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface ScopesProps {
  role: Role;
  scopes: Permission[];
  onChange: (scopes: Permission[]) => void;
}

function Scopes({ role, scopes, onChange }: ScopesProps) {
  const { t } = useTranslation("settings");
  return (
    <Checkbox.Group
      label={t("keys.scopes")}
      description={t("keys.scopesAbout")}
      value={scopes}
      onChange={(chosen) => onChange(chosen as Permission[])}
    >
      <Group mt="xs" gap="md">
        {PERMISSIONS[role].map((each) => (
          <Checkbox key={each} value={each} label={t(`permission.${each}`)} />
        ))}
      </Group>
    </Checkbox.Group>
  );
}

function Made({ made, onClose }: { made: NewKeyOut; onClose: () => void }) {
  const { t } = useTranslation(["settings", "app"]);
  const example = `curl -H 'Authorization: Bearer ${made.key}' ${location.origin}/api/v1/me`;
  return (
    <Stack>
      <Secret
        title={t("keys.once", { name: made.name })}
        about={t("keys.onceAbout")}
        secret={made.key}
      />
      <Text size="sm" fw={550}>
        {t("keys.example")}
      </Text>
      <Copyable text={example} block />
      <Group justify="flex-end">
        <Button onClick={onClose}>{t("keys.kept")}</Button>
      </Group>
    </Stack>
  );
}
