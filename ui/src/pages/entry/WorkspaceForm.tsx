import { Button, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "@/api/client";
import { identifierOf } from "./identifier";
import { Refusal } from "./Refusal";

/** A new workspace by its name; its address follows from that. */
export function WorkspaceForm({ onMade }: { onMade: (id: string) => void }) {
  const { t } = useTranslation("entry");
  const [name, setName] = useState("");
  const client = useQueryClient();
  const id = identifierOf(name);
  const make = useMutation({
    mutationFn: () => told(api.POST("/api/v1/workspaces", { body: { id, name: name.trim() } })),
    onSuccess: async (made) => {
      await client.invalidateQueries();
      onMade(made.id);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (id) make.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={t("workspace.name")}
          placeholder={t("workspace.example")}
          value={name}
          maxLength={200}
          onChange={(event) => setName(event.currentTarget.value)}
          error={name.trim() && !id ? t("workspace.letters") : null}
          required
        />
        <Text size="sm" c="dimmed">
          {t("workspace.address", { id: id || t("workspace.dots") })}
        </Text>
        <Refusal error={make.error} />
        <Button type="submit" loading={make.isPending} disabled={!id} fullWidth>
          {t("workspace.make")}
        </Button>
      </Stack>
    </form>
  );
}
