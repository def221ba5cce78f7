import { Card, Menu, Text, Title, UnstyledButton } from "@mantine/core";
import { IconCheck, IconLanguage } from "@tabler/icons-react";
import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { LANGUAGES, type Language, speak } from "@/app/words";
import classes from "./Door.module.css";

interface Props {
  title: string;
  about?: ReactNode;
  children: ReactNode;
  /** Below the card, in small. */
  below?: ReactNode;
}

/** A card in the middle, for those who are not in yet. */
export function Door({ title, about, children, below }: Props) {
  useEffect(() => {
    document.title = `${title} · Tagwright`;
  }, [title]);
  return (
    <div className={classes.place}>
      <header className={classes.top}>
        <LanguageMenu />
      </header>
      <main className={classes.middle}>
        <div className={classes.card}>
          <div className={classes.logo}>
            <img src="/favicon.svg" width={40} height={40} alt="" />
            <Text fz={26} fw={700} component="span">
              Tagwright
            </Text>
          </div>
          <Card withBorder shadow="sm" radius="lg" p={{ base: "lg", xs: "xl" }}>
            <Title order={1} size="h3">
              {title}
            </Title>
            {about && (
              <Text c="dimmed" mt={6} component="div">
                {about}
              </Text>
            )}
            {children}
          </Card>
          {below && (
            <Text size="sm" c="dimmed" ta="center" mt="lg" component="div">
              {below}
            </Text>
          )}
        </div>
      </main>
    </div>
  );
}

function LanguageMenu() {
  const { t, i18n } = useTranslation();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <UnstyledButton p={6} aria-label={t("language")}>
          <IconLanguage size={22} stroke={1.6} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
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
      </Menu.Dropdown>
    </Menu>
  );
}
