import { AppShell } from "@mantine/core";
import { Outlet } from "@tanstack/react-router";
import { lazy, Suspense, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useJobEvents } from "./jobs";
import { Navigation, Tabs } from "./Navigation";
import { uploads, useUploads } from "@/upload/useUploads";
import { OpenDoor } from "./OpenDoor";
import { useWorkspace } from "./session";
import { Top } from "./Top";

/** Loaded when pictures go up; it shows on whatever page one is. */
const UploadPanel = lazy(async () => ({
  default: (await import("@/upload/UploadPanel")).UploadPanel,
}));

/** What is around every page of a workspace. */
export function Shell() {
  const { t } = useTranslation();
  useJobEvents();
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 208, breakpoint: "sm", collapsed: { mobile: true } }}
      footer={{ height: { base: 60, sm: 0 } }}
    >
      <a className="skip-link" href="#main">
        {t("skip")}
      </a>
      <AppShell.Header>
        <Top />
      </AppShell.Header>
      <AppShell.Navbar p="sm" visibleFrom="sm">
        <Navigation />
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1}>
        <OpenDoor />
        <Outlet />
        <Uploading />
      </AppShell.Main>
      <AppShell.Footer hiddenFrom="sm">
        <Tabs />
      </AppShell.Footer>
    </AppShell>
  );
}

function Uploading() {
  const ws = useWorkspace();
  const { items, lost } = useUploads();
  useEffect(() => uploads.open(ws), [ws]);
  if (items.length === 0 && lost === 0) return null;
  return (
    <Suspense fallback={null}>
      <UploadPanel />
    </Suspense>
  );
}
