import { useNotifications } from "@mantine/notifications";
import { lazy, Suspense, useState } from "react";

/** Loaded with the first note: most visits never see one. */
const Notifications = lazy(async () => ({
  default: (await import("./ShownNotes")).ShownNotes,
}));

export function Notes() {
  const { notifications } = useNotifications();
  const [isWanted, setWanted] = useState(false);
  // Once there, it stays: the last note must be seen to go.
  if (!isWanted && notifications.length > 0) setWanted(true);
  if (!isWanted) return null;
  return (
    <Suspense fallback={null}>
      <Notifications />
    </Suspense>
  );
}
