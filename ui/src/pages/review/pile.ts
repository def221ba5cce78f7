/** The pages of one suggested tag. */
import type { QueueItemOut } from "@/api/schema";
import * as answers from "@/parts/answers/pile";

export type Stack = answers.Stack<QueueItemOut>;
export type Settled = answers.Settled<QueueItemOut>;
export type View = answers.View<QueueItemOut>;
export class Pile extends answers.Pile<QueueItemOut> {}
