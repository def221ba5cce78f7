import { Page } from "@/parts/Page";

export function Taxonomies() {
  return <Page title="Taxonomies">{null}</Page>;
}
