import { Radio, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";

export type Kind = "one" | "any";

interface Props {
  value: Kind;
  onChange: (kind: Kind) => void;
  disabled?: boolean;
}

/** How many concepts of a facet a picture may have, in plain words. */
export function KindChoice({ value, onChange, disabled = false }: Props) {
  const { t } = useTranslation("taxonomy");
  return (
    <Radio.Group label={t("kind.label")} value={value} onChange={(kind) => onChange(kind as Kind)}>
      <Stack gap="xs" mt="xs">
        {(["one", "any"] as const).map((kind) => (
          <Radio
            key={kind}
            value={kind}
            disabled={disabled}
            label={t(`kind.${kind}.name`)}
            description={t(`kind.${kind}.about`)}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
}
