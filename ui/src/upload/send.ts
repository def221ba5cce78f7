/** One file to the server, with its progress. */

export interface Parcel {
  file: File;
  workspace: string | null;
  labels: readonly string[];
  /** The taxonomy that takes the keywords in the file. */
  keywords: string | null;
}

/** What the server said; `status` 0: nobody answered. `wait`: seconds, where it named some. */
export interface Reply {
  status: number;
  outcome: "created" | "exists" | null;
  reason: string;
  wait: number | null;
}

export type Send = (
  parcel: Parcel,
  signal: AbortSignal,
  onSent: (bytes: number) => void,
) => Promise<Reply>;

/**
 * A `PUT` to the address that is the file's SHA-256, so that repeating it does no harm. Where the
 * browser cannot hash (no HTTPS), a form of one file.
 */
export const send: Send = async (parcel, signal, onSent) => {
  let body: Blob | FormData;
  let address: string;
  let method: string;
  if (!canHash()) {
    body = new FormData();
    body.append("pictures", parcel.file, parcel.file.name);
    [method, address] = ["POST", `/api/v1/assets?${queryOf(parcel, false)}`];
  } else {
    // The browser hashes beside our thread: a worker would only copy the bytes once more.
    const bytes = await readAll(parcel.file);
    if (bytes === null) return UNREADABLE;
    const hash = await crypto.subtle.digest("SHA-256", bytes);
    body = new Blob([bytes]);
    [method, address] = ["PUT", `/api/v1/assets/${hexOf(hash)}?${queryOf(parcel, true)}`];
  }
  if (signal.aborted) return ABORTED;
  return asked({ method, address, body, workspace: parcel.workspace }, signal, onSent);
};

function canHash(): boolean {
  return isSecureContext && typeof crypto.subtle === "object";
}

const ABORTED: Reply = { status: -1, outcome: null, reason: "", wait: null };
/** The file is gone or may not be read; the page has the words for it. */
export const UNREADABLE: Reply = { status: -2, outcome: null, reason: "", wait: null };

async function readAll(file: File): Promise<ArrayBuffer | null> {
  try {
    return await file.arrayBuffer();
  } catch {
    return null;
  }
}

function queryOf({ file, labels, keywords }: Parcel, isNamed: boolean): URLSearchParams {
  const query = new URLSearchParams();
  if (isNamed) query.set("name", file.name);
  for (const label of labels) query.append("label", label);
  if (keywords !== null) query.set("keywords", keywords);
  return query;
}

function hexOf(bytes: ArrayBuffer): string {
  return [...new Uint8Array(bytes)].map((each) => each.toString(16).padStart(2, "0")).join("");
}

interface Request {
  method: string;
  address: string;
  body: Blob | FormData;
  workspace: string | null;
}

/** By XMLHttpRequest: `fetch` does not tell how much has been sent. */
function asked(request: Request, signal: AbortSignal, onSent: (n: number) => void): Promise<Reply> {
  return new Promise((done) => {
    const http = new XMLHttpRequest();
    http.open(request.method, request.address);
    if (request.workspace !== null) {
      http.setRequestHeader("Tagwright-Workspace", request.workspace);
    }
    http.upload.onprogress = ({ loaded }) => onSent(loaded);
    http.onload = () => done(replyOf(http));
    http.onerror = () => done({ status: 0, outcome: null, reason: "", wait: null });
    http.onabort = () => done(ABORTED);
    signal.addEventListener("abort", () => http.abort(), { once: true });
    http.send(request.body);
  });
}

function replyOf(http: XMLHttpRequest): Reply {
  const told = parsed(http.responseText);
  const wait = Number(http.getResponseHeader("Retry-After") ?? Number.NaN);
  const first = told.results?.[0];
  // In a form each file has an answer of its own.
  const refused = first?.status === "refused";
  const status = refused ? 422 : http.status;
  const outcome = first?.status ?? told.status;
  return {
    status,
    outcome: outcome === "created" || outcome === "exists" ? outcome : null,
    reason: first?.reason ?? told.detail ?? "",
    wait: Number.isFinite(wait) ? wait : null,
  };
}

interface Told {
  status?: unknown;
  detail?: string;
  results?: { status: string; reason: string | null }[];
}

function parsed(text: string): Told {
  try {
    return JSON.parse(text) as Told;
  } catch {
    return {};
  }
}
