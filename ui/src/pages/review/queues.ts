import {
  IconAlien,
  IconBinaryTree2,
  IconDice5,
  IconTagOff,
  IconUserQuestion,
  type Icon,
} from "@tabler/icons-react";
import type { Kind } from "./search";

interface Queue {
  icon: Icon;
  /** What its pages by concept are counted by; null where it does not go by concept. */
  counted: "suggested" | "automatic" | "suspect" | null;
}

/** In the order in which they are offered. */
export const QUEUES: Record<Kind, Queue> = {
  uncertain: { icon: IconUserQuestion, counted: "suggested" },
  "spot-check": { icon: IconDice5, counted: "automatic" },
  suspects: { icon: IconTagOff, counted: "suspect" },
  strange: { icon: IconAlien, counted: null },
  edited: { icon: IconBinaryTree2, counted: null },
};
