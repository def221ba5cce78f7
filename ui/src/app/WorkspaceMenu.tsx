import { Button, Menu } from "@mantine/core";
import { IconCheck, IconChevronDown } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useMe, useWorkspace } from "./session";

/** Which workspace one is in, and the way to one's others. */
export function WorkspaceMenu() {
  const { t } = useTranslation();
  const ws = useWorkspace();
  const me = useMe();
  const navigate = useNavigate();
  const others = me?.memberships ?? [];
  if (others.length < 2) return null;
  return (
    <Menu position="bottom-start" width={240}>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          size="compact-md"
          rightSection={<IconChevronDown size={16} aria-hidden />}
          aria-label={t("workspace", { name: ws })}
        >
          {ws}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {others.map(({ workspace }) => (
          <Menu.Item
            key={workspace}
            leftSection={workspace === ws ? <IconCheck size={16} /> : <span />}
            onClick={() => void navigate({ to: "/w/$ws", params: { ws: workspace } })}
          >
            {workspace}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
