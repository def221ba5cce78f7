import { Tabs } from "@mantine/core";
import {
  IconDownload,
  IconKey,
  IconListDetails,
  IconServer,
  IconUser,
  IconUsers,
  IconWebhook,
} from "@tabler/icons-react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useMe } from "@/app/session";
import { Loading } from "@/parts/Loading";
import { Page } from "@/parts/Page";
import { Account } from "./Account";
import { Audit } from "./Audit";
import { Export } from "./Export";
import { Installation } from "./Installation";
import { Keys } from "./Keys";
import { People } from "./People";
import classes from "./Settings.module.css";
import { type Tab, tabsOf } from "./tabs";
import { Webhooks } from "./Webhooks";

const PANELS = {
  account: { icon: IconUser, panel: Account },
  people: { icon: IconUsers, panel: People },
  keys: { icon: IconKey, panel: Keys },
  webhooks: { icon: IconWebhook, panel: Webhooks },
  export: { icon: IconDownload, panel: Export },
  audit: { icon: IconListDetails, panel: Audit },
  installation: { icon: IconServer, panel: Installation },
} as const;

export function Settings() {
  const { t } = useTranslation("settings");
  const me = useMe();
  const navigate = useNavigate();
  const { tab } = useSearch({ from: "/w/$ws/settings" });
  const list = useOpenInView(tab, me !== undefined);
  if (me === undefined) return <Loading />;
  const tabs = tabsOf(me);
  const open = tabs.find((each) => each === tab) ?? tabs[0] ?? null;
  const show = (name: string | null) =>
    void navigate({
      to: ".",
      search: { tab: name as Tab },
      replace: true,
    });
  return (
    <Page title={t("title")}>
      <Tabs value={open} onChange={show} keepMounted={false}>
        <Tabs.List ref={list} mb="lg" className={classes.tabs} aria-label={t("title")}>
          {tabs.map((name) => {
            const Sign = PANELS[name].icon;
            return (
              <Tabs.Tab
                key={name}
                value={name}
                className={classes.tab}
                leftSection={<Sign size={18} stroke={1.6} aria-hidden />}
              >
                {t(`tab.${name}`)}
              </Tabs.Tab>
            );
          })}
        </Tabs.List>
        {tabs.map((name) => {
          const Panel = PANELS[name].panel;
          return (
            <Tabs.Panel key={name} value={name}>
              <Panel />
            </Tabs.Panel>
          );
        })}
      </Tabs>
    </Page>
  );
}

/** On a phone the row of tabs is scrolled so far that the open one is seen. */
function useOpenInView(tab: string | undefined, isReady: boolean) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const open = list.current?.querySelector('[aria-selected="true"]');
    open?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [tab, isReady]);
  return list;
}
