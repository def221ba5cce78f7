import { Page } from "@/parts/Page";

export function Models() {
  return <Page title="Models">{null}</Page>;
}
