import { Page } from "@/parts/Page";

export function TaxonomyPage() {
  return <Page title="TaxonomyPage">{null}</Page>;
}
