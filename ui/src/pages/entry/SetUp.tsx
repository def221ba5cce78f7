import { Page } from "@/parts/Page";

export function SetUp() {
  return <Page title="SetUp">{null}</Page>;
}
