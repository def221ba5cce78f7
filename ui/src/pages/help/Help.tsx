import { Page } from "@/parts/Page";

export function Help() {
  return <Page title="Help">{null}</Page>;
}
