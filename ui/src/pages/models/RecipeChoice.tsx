import { Alert, Badge, Group, Radio, Skeleton, Stack, Text } from "@mantine/core";
import { IconNetwork } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { WaysOut } from "@/api/schema";
import { RECIPES, type Recipe, type RecipeFields } from "./recipe";
import { TuningFields } from "./TuningFields";

interface Props {
  ways: WaysOut | undefined;
  fields: RecipeFields;
  set: (some: Partial<RecipeFields>) => void;
}

/** The ways to learn, each with when to take it and what it costs; the one in force is chosen. */
export function RecipeChoice({ ways, fields, set }: Props) {
  const { t } = useTranslation("models");
  if (ways === undefined) return <Skeleton height={240} />;
  return (
    <Stack gap="sm">
      <Radio.Group
        label={t("learn.how")}
        value={fields.recipe ?? ways.recipe}
        onChange={(recipe) => set({ recipe: recipe as Recipe })}
      >
        <Stack gap="sm" mt="xs">
          {RECIPES.map((recipe) => (
            <Way
              key={recipe}
              recipe={recipe}
              isInForce={recipe === ways.recipe}
              isMissing={recipe === "finetune" && !ways.finetunes}
            />
          ))}
        </Stack>
      </Radio.Group>
      {fields.recipe === "finetune" && <TuningFields ways={ways} fields={fields} set={set} />}
      {ways.network !== null && (
        <Alert variant="light" color="gray" icon={<IconNetwork aria-hidden />} p="sm">
          {t("learn.ownNetwork")}
        </Alert>
      )}
    </Stack>
  );
}

interface WayProps {
  recipe: Recipe;
  isInForce: boolean;
  isMissing: boolean;
}

function Way({ recipe, isInForce, isMissing }: WayProps) {
  const { t } = useTranslation("models");
  return (
    <div>
      <Radio
        value={recipe}
        disabled={isMissing}
        label={
          <Group gap="xs" component="span">
            {t(`learn.recipe.${recipe}.name`)}
            {isInForce && (
              <Badge component="span" variant="light" size="sm" tt="none">
                {t("learn.inForce")}
              </Badge>
            )}
          </Group>
        }
        description={t(`learn.recipe.${recipe}.about`)}
      />
      {isMissing && (
        // Not a part of what is greyed out: it has to be read.
        <Text size="sm" ml={32} mt={4}>
          {t("learn.noTorch")}
        </Text>
      )}
    </div>
  );
}
