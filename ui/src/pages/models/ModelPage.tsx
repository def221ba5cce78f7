import { Page } from "@/parts/Page";

export function ModelPage() {
  return <Page title="ModelPage">{null}</Page>;
}
