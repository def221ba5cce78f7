/** The server's own rule; told before it has to be broken. */
export const SHORTEST = 10;

export type Fault = "short" | "email" | null;

/** What is wrong with a new password. */
export function faultOf(password: string, email: string): Fault {
  if (password.length < SHORTEST) return "short";
  return password.trim().toLowerCase() === email.trim().toLowerCase() ? "email" : null;
}
