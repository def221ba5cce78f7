import { Anchor, Button, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, Navigate, useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, told } from "@/api/client";
import { ApiError } from "@/api/errors";
import { countsQuery, meQuery, setUpQuery } from "@/api/queries";
import { count } from "@/parts/numbers";
import { Door } from "./Door";
import { NewPassword } from "./NewPassword";
import { faultOf } from "./password";
import { Refusal } from "./Refusal";
import { WorkspaceForm } from "./WorkspaceForm";

/** The first person, then the name of the first workspace. */
export function SetUp() {
  const { t } = useTranslation("entry");
  const [isIn, setIn] = useState(false);
  const setUp = useQuery({ ...setUpQuery, enabled: !isIn });
  if (isIn) return <FirstWorkspace />;
  if (setUp.data && !setUp.data.needed) return <Navigate to="/" />;
  return (
    <Door title={t("setUp.title")} about={t("setUp.about")} below={<LookAround />}>
      <AdminForm onIn={() => setIn(true)} />
    </Door>
  );
}

/** On this machine, before there are people, everything is open. */
function LookAround() {
  const { t } = useTranslation("entry");
  const me = useQuery({ ...meQuery(), retry: false }).data;
  const ws = me?.kind === "local" ? me.workspace : null;
  if (!ws) return null;
  return (
    <Anchor renderRoot={(props) => <Link to="/w/$ws" params={{ ws }} {...props} />} inherit>
      {t("setUp.lookAround")}
    </Anchor>
  );
}

function AdminForm({ onIn }: { onIn: () => void }) {
  const { t } = useTranslation("entry");
  const given = useSearch({ from: "/setup" }).token ?? "";
  const [name, setName] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [token, setToken] = useState(given);
  const client = useQueryClient();
  const make = useMutation({
    mutationFn: () =>
      told(
        api.POST("/api/v1/setup", { body: { name, email, password, token: token.trim() || null } }),
      ),
    onSuccess: () => {
      client.clear();
      onIn();
    },
  });
  const needsToken = make.error instanceof ApiError && make.error.status === 403;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (faultOf(password, email) === null) make.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack mt="lg">
        <TextInput
          label={t("name")}
          autoComplete="name"
          value={name}
          maxLength={200}
          onChange={(event) => setName(event.currentTarget.value)}
          autoFocus
        />
        <TextInput
          label={t("email")}
          type="email"
          autoComplete="username"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          required
        />
        <NewPassword value={password} email={email} onChange={setPassword} />
        {(needsToken || (given && token !== given)) && (
          <TextInput
            label={t("setUp.token")}
            description={t("setUp.tokenAbout")}
            value={token}
            onChange={(event) => setToken(event.currentTarget.value)}
            autoComplete="off"
            required
          />
        )}
        <Refusal error={make.error} words={needsToken ? t("setUp.needsToken") : undefined} />
        <Button type="submit" loading={make.isPending} fullWidth>
          {t("setUp.button")}
        </Button>
      </Stack>
    </form>
  );
}

function FirstWorkspace() {
  const { t } = useTranslation("entry");
  const navigate = useNavigate();
  const home = useQuery(meQuery()).data?.workspace;
  const there = useQuery(countsQuery()).data?.total ?? 0;
  const keep = () => void navigate({ to: "/w/$ws", params: { ws: home ?? "default" } });
  return (
    <Door title={t("workspace.title")} about={t("workspace.about")}>
      <Stack mt="lg">
        <WorkspaceForm onMade={(ws) => void navigate({ to: "/w/$ws/start", params: { ws } })} />
        {home && (
          <Button variant="subtle" onClick={keep} fullWidth>
            {there > 0
              ? t("workspace.keepFull", { id: home, count: there, shown: count(there) })
              : t("workspace.keep", { id: home })}
          </Button>
        )}
        <Text size="sm" c="dimmed">
          {t("workspace.later")}
        </Text>
      </Stack>
    </Door>
  );
}
