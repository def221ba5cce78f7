import { Menu, NavLink, Stack, Text, UnstyledButton } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { Link, useLocation, useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import classes from "./Navigation.module.css";
import { FIRST, PLACES } from "./places";
import { useWorkspace } from "./session";

function useIsAt(): (to: string) => boolean {
  const { pathname } = useLocation();
  const ws = useWorkspace();
  return (to) => pathname.startsWith(to.replace("$ws", ws));
}

/** Beside the page, on a wide screen. */
export function Navigation() {
  const { t } = useTranslation();
  const ws = useWorkspace();
  const isAt = useIsAt();
  useLetters();
  return (
    <Stack component="nav" gap={2} aria-label={t("navigation")}>
      {PLACES.map(({ name, to, icon: Sign }) => (
        <NavLink
          key={name}
          renderRoot={(props) => <Link to={to} params={{ ws }} {...props} />}
          label={t(`places.${name}`)}
          leftSection={<Sign size={20} stroke={1.6} aria-hidden />}
          active={isAt(to)}
          aria-current={isAt(to) ? "page" : undefined}
          className={classes.link}
        />
      ))}
    </Stack>
  );
}

/** Below the page, on a phone. */
export function Tabs() {
  const { t } = useTranslation();
  const ws = useWorkspace();
  const isAt = useIsAt();
  const navigate = useNavigate();
  const rest = PLACES.slice(FIRST);
  return (
    <nav className={classes.tabs} aria-label={t("navigation")}>
      {PLACES.slice(0, FIRST).map(({ name, to, icon: Sign }) => (
        <Link
          key={name}
          to={to}
          params={{ ws }}
          className={classes.tab}
          data-active={isAt(to) || undefined}
        >
          <Sign size={22} stroke={1.6} aria-hidden />
          <Text size="xs">{t(`places.${name}`)}</Text>
        </Link>
      ))}
      <Menu position="top-end" width={220}>
        <Menu.Target>
          <UnstyledButton
            className={classes.tab}
            data-active={rest.some(({ to }) => isAt(to)) || undefined}
          >
            <IconDots size={22} aria-hidden />
            <Text size="xs">{t("more")}</Text>
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          {rest.map(({ name, to, icon: Sign }) => (
            <Menu.Item
              key={name}
              leftSection={<Sign size={18} aria-hidden />}
              onClick={() => void navigate({ to, params: { ws } })}
            >
              {t(`places.${name}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </nav>
  );
}

const PATIENCE = 1_200;

/** `g` and a letter go to a page. */
function useLetters(): void {
  const ws = useWorkspace();
  const navigate = useNavigate();
  const asked = useRef(0);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
      if (event.key === "g") {
        asked.current = Date.now();
        return;
      }
      const place = PLACES.find(({ key }) => key === event.key);
      if (place === undefined || Date.now() - asked.current > PATIENCE) return;
      asked.current = 0;
      event.preventDefault();
      event.stopImmediatePropagation();
      void navigate({ to: place.to, params: { ws } });
    };
    window.addEventListener("keydown", onKey, { capture: true });
    return () => window.removeEventListener("keydown", onKey, { capture: true });
  }, [navigate, ws]);
}

/** Whether a key belongs to a field that somebody writes in. */
export function isTyping(event: KeyboardEvent): boolean {
  const at = event.target as HTMLElement | null;
  return at !== null && (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName));
}
