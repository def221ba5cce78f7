import { Button, Divider, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Navigate, useRouter, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "@/api/client";
import { ApiError } from "@/api/errors";
import { setUpQuery } from "@/api/queries";
import { Door } from "./Door";
import { ownPage } from "./goal";
import { Refusal } from "./Refusal";
import { useCountdown } from "./useCountdown";

export function LogIn() {
  const { t } = useTranslation("entry");
  const { goal, error } = useSearch({ from: "/login" });
  const setUp = useQuery(setUpQuery).data;
  if (setUp?.needed) return <Navigate to="/setup" />;
  return (
    <Door title={t("logIn.title")} below={t("logIn.lost")}>
      <Stack mt="lg">
        {error && <Refusal error={error} words={t(`logIn.oidcError.${known(error)}`)} />}
        <PasswordForm goal={ownPage(goal)} />
        {setUp?.oidc && (
          <>
            <Divider label={t("logIn.or")} />
            <Button
              component="a"
              variant="default"
              href={`/api/v1/session/oidc/start?goal=${encodeURIComponent(ownPage(goal))}`}
            >
              {t("logIn.oidc")}
            </Button>
          </>
        )}
      </Stack>
    </Door>
  );
}

function known(error: string): "refused" | "unknown" | "away" {
  return error === "unknown" || error === "away" ? error : "refused";
}

function PasswordForm({ goal }: { goal: string }) {
  const { t } = useTranslation("entry");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const client = useQueryClient();
  const router = useRouter();
  const enter = useMutation({
    mutationFn: () => told(api.POST("/api/v1/session", { body: { email, password } })),
    onSuccess: () => {
      client.clear();
      router.history.push(goal);
    },
  });
  const refused = enter.error instanceof ApiError ? enter.error : null;
  const wait = useCountdown(refused?.status === 429 ? (refused.retryAfter ?? 60) : 0, enter.error);
  const words =
    refused?.status === 401
      ? t("logIn.wrong")
      : refused?.status === 429
        ? wait > 0
          ? t("logIn.throttled", { count: wait })
          : t("logIn.again")
        : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wait === 0) enter.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <TextInput
          label={t("email")}
          type="email"
          name="email"
          autoComplete="username"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          autoFocus
          required
        />
        <PasswordInput
          label={t("password.yours")}
          name="password"
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ "aria-label": t("password.show"), size: 26 }}
          required
        />
        <Refusal error={enter.error} words={words} />
        <Button type="submit" loading={enter.isPending} disabled={wait > 0} fullWidth>
          {t("logIn.button")}
        </Button>
      </Stack>
    </form>
  );
}
