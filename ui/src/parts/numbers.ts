import i18next from "i18next";

/** The language as it is written where the reader lives: English dates differ by country. */
function region(): string {
  const language = i18next.language;
  return navigator.languages.find((each) => each.split("-")[0] === language) ?? language;
}

/** 12,345 as the language writes it. */
export function count(value: number): string {
  return new Intl.NumberFormat(region()).format(value);
}

/** 0.934 as 93 %, or 93.4 % with a digit. */
export function percent(value: number, digits = 0): string {
  return new Intl.NumberFormat(region(), {
    style: "percent",
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}

export function moment(text: string): string {
  return new Intl.DateTimeFormat(region(), {
    dateStyle: "medium",
    timeStyle: "short",
  }).format(new Date(text));
}

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

/** "3 minutes ago". */
export function ago(text: string, now = Date.now()): string {
  const seconds = (Date.parse(text) - now) / 1000;
  const [unit, size] =
    STEPS.find(([, each]) => Math.abs(seconds) >= each) ?? (["second", 1] as const);
  return new Intl.RelativeTimeFormat(region(), { numeric: "auto" }).format(
    Math.round(seconds / size),
    unit,
  );
}

/** A length of time in words: "2 minutes". */
export function span(seconds: number): string {
  const [unit, size] =
    STEPS.slice(2).find(([, each]) => seconds >= each) ?? (["second", 1] as const);
  return new Intl.NumberFormat(region(), {
    style: "unit",
    unit,
    unitDisplay: "long",
  }).format(Math.max(Math.round(seconds / size), 0));
}

export function bytes(value: number): string {
  const megabytes = value / 1e6;
  const [size, unit] = megabytes >= 1 ? [megabytes, "megabyte"] : [value / 1e3, "kilobyte"];
  return new Intl.NumberFormat(region(), {
    style: "unit",
    unit,
    maximumSignificantDigits: 3,
  }).format(size);
}
