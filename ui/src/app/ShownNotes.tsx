import { Notifications } from "@mantine/notifications";

export function ShownNotes() {
  return <Notifications position="bottom-center" limit={3} />;
}
