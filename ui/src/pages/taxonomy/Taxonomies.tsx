import { Button, SimpleGrid, Skeleton } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconBinaryTree2, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { taxonomiesQuery } from "@/api/queries";
import { useMay } from "@/app/session";
import { Empty } from "@/parts/Empty";
import { Failure } from "@/parts/Failure";
import { Loading } from "@/parts/Loading";
import { Page } from "@/parts/Page";
import { NewTaxonomy } from "./making/NewTaxonomy";
import { TaxonomyCard } from "./TaxonomyCard";

/** All taxonomies of the workspace, and the ways to a new one. */
export function Taxonomies() {
  const { t, ready } = useTranslation(["taxonomy", "app"]);
  const mayEdit = useMay("edit");
  const [opened, { open, close }] = useDisclosure(false);
  const { data, error, refetch } = useQuery(taxonomiesQuery());
  if (!ready) return <Loading />;
  const make = mayEdit && (
    <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={open}>
      {t("list.make")}
    </Button>
  );
  return (
    <Page title={t("list.title")} about={t("list.about")} actions={data?.length ? make : undefined}>
      {error && <Failure error={error} retry={() => void refetch()} />}
      {data?.length === 0 && (
        <Empty
          icon={IconBinaryTree2}
          title={t("list.empty.title")}
          text={t(mayEdit ? "list.empty.text" : "list.empty.viewer")}
        >
          {make}
        </Empty>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="md">
        {data === undefined && !error && <Skeleton height={196} radius="md" />}
        {data?.map(({ name }) => (
          <TaxonomyCard key={name} name={name} />
        ))}
      </SimpleGrid>
      <NewTaxonomy opened={opened} close={close} taken={(data ?? []).map((each) => each.name)} />
    </Page>
  );
}
