import { Page } from "@/parts/Page";

export function Nowhere() {
  return <Page title="Nowhere">{null}</Page>;
}
