import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const SERVER = process.env["TAGWRIGHT_SERVER"] ?? "http://127.0.0.1:8000";

/**
 * What most pages use comes as one file: dozens of tiny ones are slower to fetch and pack worse.
 */
const GROUPS = [
  {
    name: "base",
    test: /node_modules\/(react|react-dom|scheduler|@tanstack\/(?!.*virtual)[^/]+|i18next|react-i18next|openapi-fetch)\//,
    priority: 2,
  },
  { name: "shared", minShareCount: 15, priority: 1 },
];

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    outDir: "../src/tagwright/web/static",
    emptyOutDir: true,
    target: "es2023",
    // Everything comes from our own files: a data: address would need a wider policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 800,
    rolldownOptions: { output: { codeSplitting: { groups: GROUPS } } },
  },
  server: { proxy: { "/api": SERVER } },
  // Pure functions for the most part: one document for all of them starts in no time.
  test: {
    environment: "jsdom",
    isolate: false,
    include: ["src/**/*.test.{ts,tsx}"],
    restoreMocks: true,
  },
});
