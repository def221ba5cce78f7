import { Anchor, Button, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "@/api/client";
import { ApiError } from "@/api/errors";
import type { InvitedOut } from "@/api/schema";
import { Loading } from "@/parts/Loading";
import { Door } from "./Door";
import { NewPassword } from "./NewPassword";
import { faultOf } from "./password";
import { Refusal } from "./Refusal";

/** Whoever has the link sets the password it is for: a first one, or a new one. */
export function Invitation() {
  const [token] = useState(() => decodeURIComponent(location.hash.slice(1)));
  const shown = useQuery({
    queryKey: ["invitation", token],
    queryFn: () => told(api.POST("/api/v1/invitations/show", { body: { token } })),
    retry: false,
    staleTime: Infinity,
  });
  if (shown.isPending) return <Loading />;
  if (shown.error) return <DeadLink error={shown.error} />;
  return <AcceptForm token={token} invited={shown.data} />;
}

function DeadLink({ error }: { error: unknown }) {
  const { t } = useTranslation("entry");
  const isDead = error instanceof ApiError && error.status < 500;
  return (
    <Door title={t("invitation.deadTitle")}>
      <Stack mt="lg">
        <Refusal error={error} words={isDead ? t("invitation.dead") : undefined} />
        <Anchor component={Link} to="/login">
          {t("invitation.toLogIn")}
        </Anchor>
      </Stack>
    </Door>
  );
}

function AcceptForm({ token, invited }: { token: string; invited: InvitedOut }) {
  const { t } = useTranslation("entry");
  const [name, setName] = useState(invited.name);
  const [password, setPassword] = useState("");
  const client = useQueryClient();
  const router = useRouter();
  const accept = useMutation({
    mutationFn: () =>
      told(
        api.POST("/api/v1/invitations/accept", {
          body: { token, password, name: name.trim() || null },
        }),
      ),
    onSuccess: () => {
      client.clear();
      // Replaced: the way back must not lead to a link that is used up.
      router.history.replace("/");
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (faultOf(password, invited.email) === null) accept.mutate();
  };
  return (
    <Door title={t("invitation.title", { name: invited.name })} about={t("invitation.about")}>
      <form onSubmit={submit}>
        <Stack mt="lg">
          <Text size="sm">{t("invitation.email", { email: invited.email })}</Text>
          <input type="hidden" name="email" autoComplete="username" value={invited.email} />
          <TextInput
            label={t("name")}
            autoComplete="name"
            value={name}
            maxLength={200}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <NewPassword value={password} email={invited.email} onChange={setPassword} />
          <Refusal error={accept.error} />
          <Button type="submit" loading={accept.isPending} fullWidth>
            {t("invitation.button")}
          </Button>
        </Stack>
      </form>
    </Door>
  );
}
