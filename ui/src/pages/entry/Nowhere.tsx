import { Anchor, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Navigate, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { isLoggedOut } from "@/api/errors";
import { meQuery } from "@/api/queries";
import { useLogOut } from "@/app/session";
import { Failure } from "@/parts/Failure";
import { Loading } from "@/parts/Loading";
import { Door } from "./Door";
import { WorkspaceForm } from "./WorkspaceForm";

/** Logged in, and a member of no workspace. */
export function Nowhere() {
  const { t } = useTranslation(["entry", "app"]);
  const navigate = useNavigate();
  const logOut = useLogOut();
  const { data: me, error, refetch } = useQuery(meQuery());
  if (isLoggedOut(error)) return <Navigate to="/login" />;
  if (error) return <Failure error={error} retry={() => void refetch()} />;
  if (me === undefined) return <Loading />;
  if (me.workspace) return <Navigate to="/w/$ws" params={{ ws: me.workspace }} />;
  return (
    <Door
      title={t("nowhere.title")}
      about={me.operator ? t("nowhere.operator") : t("nowhere.about", { email: me.email })}
      below={
        <Anchor component="button" type="button" inherit onClick={() => void logOut()}>
          {t("app:logOut")}
        </Anchor>
      }
    >
      {me.operator && (
        <Stack mt="lg">
          <WorkspaceForm onMade={(ws) => void navigate({ to: "/w/$ws/start", params: { ws } })} />
        </Stack>
      )}
    </Door>
  );
}
