import { Page } from "@/parts/Page";

export function LogIn() {
  return <Page title="LogIn">{null}</Page>;
}
