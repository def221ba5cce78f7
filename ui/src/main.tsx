import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./app/app.css";
import { MantineProvider } from "@mantine/core";
import { QueryCache, QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { isLoggedOut, isPassing } from "@/api/errors";
import { Notes } from "@/app/Notes";
import { makeRouter } from "@/app/router";
import { theme } from "@/app/theme";
import { startWords } from "@/app/words";

/** Styles that are made while the page runs must show the number the server gave this page. */
const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
// What keeps the page behind a dialog from scrolling reads it from here.
Object.assign(globalThis, { __webpack_nonce__: nonce });

const client = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => {
      if (!isLoggedOut(error) || query.queryKey.includes("me")) return;
      // Who one was is no longer true: the door asks again, and leads to the login.
      client.removeQueries({ predicate: ({ queryKey }) => queryKey.includes("me") });
      void router.invalidate();
    },
  }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (times, error) => times < 2 && isPassing(error),
    },
  },
});
const router = makeRouter(client);

await startWords();
createRoot(document.getElementById("root")!).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <QueryClientProvider client={client}>
        <Notes />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
