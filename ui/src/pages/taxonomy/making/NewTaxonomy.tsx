import { Modal, Stack, Tabs, TextInput } from "@mantine/core";
import { IconFile, IconFileUpload, IconListTree, IconSparkles } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { EmptyForm } from "./EmptyForm";
import { FileForm } from "./FileForm";
import { ListForm } from "./ListForm";
import { StarterForm } from "./StarterForm";
import { useMaking } from "./useMaking";

interface Props {
  opened: boolean;
  close: () => void;
  /** Names that are not free. */
  taken: readonly string[];
}

const WAYS = [
  { way: "file", icon: IconFileUpload },
  { way: "list", icon: IconListTree },
  { way: "starter", icon: IconSparkles },
  { way: "empty", icon: IconFile },
] as const;
type Way = (typeof WAYS)[number]["way"];

/** Four ways to a new taxonomy; the name stays when one goes from one to another. */
export function NewTaxonomy({ opened, close, taken }: Props) {
  const { t } = useTranslation(["taxonomy", "app"]);
  return (
    <Modal
      opened={opened}
      onClose={close}
      size="lg"
      title={t("make.title")}
      closeButtonProps={{ "aria-label": t("app:close") }}
    >
      <Ways taken={taken} close={close} />
    </Modal>
  );
}

function Ways({ taken, close }: Pick<Props, "taken" | "close">) {
  const { t } = useTranslation("taxonomy");
  const [way, setWay] = useState<Way>("file");
  const [name, setName] = useState("");
  const making = useMaking(name.trim(), close);
  const isTaken = taken.includes(name.trim());
  const free = name.trim() !== "" && !isTaken;
  return (
    <Stack gap="md">
      <Tabs
        value={way}
        onChange={(value) => {
          making.reset();
          setWay(value as Way);
        }}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {WAYS.map(({ way: each, icon: Sign }) => (
            <Tabs.Tab key={each} value={each} leftSection={<Sign size={16} aria-hidden />}>
              {t(`make.${each}.tab`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <TextInput
          mb="md"
          required
          label={t("make.name")}
          description={t("make.nameHint")}
          value={name}
          maxLength={200}
          error={isTaken && t("make.taken")}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Tabs.Panel value="file">
          <FileForm making={making} free={free} suggest={(said) => !name && setName(said)} />
        </Tabs.Panel>
        <Tabs.Panel value="list">
          <ListForm making={making} free={free} />
        </Tabs.Panel>
        <Tabs.Panel value="starter">
          <StarterForm making={making} free={free} />
        </Tabs.Panel>
        <Tabs.Panel value="empty">
          <EmptyForm making={making} free={free} name={name} />
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}
