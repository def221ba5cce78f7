import createClient, { type Middleware } from "openapi-fetch";
import { ApiError } from "./errors";
import type { paths, Problem } from "./schema";

/** The workspace of the page that is shown; the router sets it before anything is asked. */
let workspace: string | null = null;

export function enterWorkspace(name: string | null): void {
  workspace = name;
}

export function workspaceNow(): string | null {
  return workspace;
}

const inWorkspace: Middleware = {
  onRequest({ request }) {
    if (workspace !== null) request.headers.set("Tagwright-Workspace", workspace);
    if (request.method !== "GET" && !request.headers.has("Idempotency-Key")) {
      request.headers.set("Idempotency-Key", crypto.randomUUID());
    }
    return request;
  },
};

/** The API as its description says: `GET /assets` is `api.GET("/api/v1/assets", ...)`. */
export const api = createClient<paths>({
  baseUrl: location.origin,
  querySerializer: { array: { style: "form", explode: true } },
});
api.use(inWorkspace);

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The data of an answer; throws an `ApiError` for any other. */
export async function told<T>(asked: Promise<Answer<T>>): Promise<T> {
  const { data, error, response } = await asked;
  if (!response.ok) throw ApiError.of(response, error as Problem | undefined);
  return data as T;
}

/** For what only a browser can fetch by itself (pictures, files, events), which sends no header. */
export function addressOf(path: string, query: Record<string, string> = {}): string {
  const own = new URLSearchParams(query);
  if (workspace !== null) own.set("workspace", workspace);
  const text = own.toString();
  return text ? `/api/v1${path}?${text}` : `/api/v1${path}`;
}

/** Longest sides in pixels in which the server hands out pictures. */
export type Box = 160 | 320 | 640 | 1280;

export function renditionOf(asset: string, box: Box): string {
  return addressOf(`/assets/${asset}/renditions/${box}`);
}
