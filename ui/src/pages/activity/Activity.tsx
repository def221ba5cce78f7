import { Page } from "@/parts/Page";

export function Activity() {
  return <Page title="Activity">{null}</Page>;
}
