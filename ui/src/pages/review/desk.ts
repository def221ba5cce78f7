/** The desk of the queues. */
import type { QueueItemOut } from "@/api/schema";
import * as answers from "@/parts/answers/desk";
import type { Choice } from "./options";

export type Sheet = answers.Sheet<QueueItemOut, Choice>;
export type View = answers.View<QueueItemOut, Choice>;
export class Desk extends answers.Desk<QueueItemOut, Choice> {}
