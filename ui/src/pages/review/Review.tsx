import { Page } from "@/parts/Page";

export function Review() {
  return <Page title="Review">{null}</Page>;
}
