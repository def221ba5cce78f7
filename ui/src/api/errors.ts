import type { Problem } from "./schema";

/** What the server said went wrong: a sentence with the remedy, and the number of the request. */
export class ApiError extends Error {
  readonly status: number;
  readonly requestId: string | null;
  /** Seconds to wait before it may be tried again, where the server named some. */
  readonly retryAfter: number | null;

  constructor(
    status: number,
    detail: string,
    requestId: string | null = null,
    retryAfter: number | null = null,
  ) {
    super(detail);
    this.name = "ApiError";
    this.status = status;
    this.requestId = requestId;
    this.retryAfter = retryAfter;
  }

  static of(response: Response, problem: Problem | undefined): ApiError {
    const wait = Number(response.headers.get("Retry-After") ?? Number.NaN);
    return new ApiError(
      response.status,
      problem?.detail ?? "",
      problem?.request_id ?? null,
      Number.isFinite(wait) ? wait : null,
    );
  }
}

/** Nobody is logged in, or no longer. */
export function isLoggedOut(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}

/** Somebody else changed the same thing in the meantime. */
export function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.status === 409;
}

/** Trying again may help: the server, its disk or its database is away for the moment. */
export function isPassing(error: unknown): boolean {
  return !(error instanceof ApiError) || error.status === 503 || error.status === 429;
}
