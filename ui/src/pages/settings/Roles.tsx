import { List, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Section } from "./Section";
import { ROLES } from "./tabs";

/** What each role may, in a sentence. */
export function Roles() {
  const { t } = useTranslation("settings");
  return (
    <Section title={t("people.roles")}>
      <List spacing={6} listStyleType="none">
        {ROLES.map((role) => (
          <List.Item key={role}>
            <Text span fw={600}>
              {t(`role.${role}`)}
            </Text>{" "}
            {t(`roleAbout.${role}`)}
          </List.Item>
        ))}
      </List>
    </Section>
  );
}
