/** Promises that a person can choose from: the share of its own tags that must be right. */
export const CONTRACTS = { strict: 0.98, normal: 0.95, loose: 0.85 } as const;
export type Strictness = keyof typeof CONTRACTS;
export const STRICTNESSES = Object.keys(CONTRACTS) as Strictness[];
