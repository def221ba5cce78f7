import {
  ActionIcon,
  Avatar,
  Group,
  Menu,
  Text,
  UnstyledButton,
  useComputedColorScheme,
  useMantineColorScheme,
} from "@mantine/core";
import { IconCheck, IconLogout, IconMoon, IconSun } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { RunningJobs } from "./jobs";
import { useLogOut, useMe, useWorkspace } from "./session";
import { LANGUAGES, type Language, speak } from "./words";
import { WorkspaceMenu } from "./WorkspaceMenu";

/** Along the top: where one is, what is running, and who one is. */
export function Top() {
  const ws = useWorkspace();
  const { t } = useTranslation();
  return (
    <Group h="100%" px="md" justify="space-between" wrap="nowrap">
      <Group gap="sm" wrap="nowrap">
        <UnstyledButton
          renderRoot={(props) => <Link to="/w/$ws/library" params={{ ws }} {...props} />}
          aria-label={t("home")}
        >
          <Group gap={8} wrap="nowrap">
            <img src="/favicon.svg" width={28} height={28} alt="" />
            <Text fw={700} visibleFrom="xs">
              Tagwright
            </Text>
          </Group>
        </UnstyledButton>
        <WorkspaceMenu />
      </Group>
      <Group gap="xs" wrap="nowrap">
        <RunningJobs />
        <SchemeButton />
        <PersonMenu />
      </Group>
    </Group>
  );
}

function SchemeButton() {
  const { t } = useTranslation();
  const { toggleColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light");
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      onClick={toggleColorScheme}
      aria-label={t("scheme")}
      title={t("scheme")}
    >
      {scheme === "dark" ? <IconSun size={20} /> : <IconMoon size={20} />}
    </ActionIcon>
  );
}

function PersonMenu() {
  const { t, i18n } = useTranslation();
  const me = useMe();
  const logOut = useLogOut();
  if (me === undefined) return null;
  const name = me.name || me.email || t("local");
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <UnstyledButton>
          <span className="visually-hidden">{t("person", { name })}</span>
          <Avatar size={32} name={name} variant="filled" color="wright" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{name}</Menu.Label>
        <Menu.Divider />
        <Menu.Label>{t("language")}</Menu.Label>
        {Object.entries(LANGUAGES).map(([language, own]) => (
          <Menu.Item
            key={language}
            lang={language}
            leftSection={i18n.language === language ? <IconCheck size={16} /> : <span />}
            onClick={() => void speak(language as Language)}
          >
            {own}
          </Menu.Item>
        ))}
        {me.kind === "session" && (
          <>
            <Menu.Divider />
            <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void logOut()}>
              {t("logOut")}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
