import { PasswordInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { faultOf, SHORTEST } from "./password";

interface Props {
  value: string;
  email: string;
  onChange: (value: string) => void;
  autoFocus?: boolean;
}

/** A field for a new password, with the rule beside it from the start. */
export function NewPassword({ value, email, onChange, autoFocus }: Props) {
  const { t } = useTranslation("entry");
  const [isLeft, setLeft] = useState(false);
  const fault = faultOf(value, email);
  return (
    <PasswordInput
      label={t("password.new")}
      description={t("password.rule", { least: SHORTEST })}
      error={isLeft && value !== "" && fault ? t(`password.${fault}`, { least: SHORTEST }) : null}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onBlur={() => setLeft(true)}
      autoComplete="new-password"
      data-autofocus={autoFocus || undefined}
      visibilityToggleButtonProps={{ "aria-label": t("password.show"), size: 26 }}
      required
    />
  );
}
