import {
  IconActivity,
  IconBinaryTree2,
  IconChecks,
  IconHelp,
  IconListCheck,
  IconMap2,
  IconPhoto,
  IconSettings,
  IconTagOff,
  IconTargetArrow,
} from "@tabler/icons-react";

/** The pages of a workspace, in the order of a librarian's day. `key` is its letter after `g`. */
export const PLACES = [
  { name: "library", to: "/w/$ws/library", icon: IconPhoto, key: "l" },
  { name: "review", to: "/w/$ws/review", icon: IconChecks, key: "r" },
  { name: "labels", to: "/w/$ws/labels", icon: IconTagOff, key: "c" },
  { name: "taxonomies", to: "/w/$ws/taxonomies", icon: IconBinaryTree2, key: "t" },
  { name: "models", to: "/w/$ws/models", icon: IconTargetArrow, key: "m" },
  { name: "map", to: "/w/$ws/map", icon: IconMap2, key: "p" },
  { name: "jobs", to: "/w/$ws/jobs", icon: IconListCheck, key: "j" },
  { name: "activity", to: "/w/$ws/activity", icon: IconActivity, key: "a" },
  { name: "settings", to: "/w/$ws/settings", icon: IconSettings, key: "s" },
  { name: "help", to: "/w/$ws/help", icon: IconHelp, key: "h" },
] as const;

/** On a phone these are one tap away; the others are behind "more". */
export const FIRST = 4;
