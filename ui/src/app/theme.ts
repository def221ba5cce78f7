import {
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from "@mantine/core";

/** One colour of our own; pictures bring the others. */
const wright: MantineColorsTuple = [
  "#e6f7f6",
  "#d2edeb",
  "#a5dbd7",
  "#74c8c2",
  "#4db8b0",
  "#34aea5",
  "#0b7a75",
  "#096963",
  "#075a55",
  "#034a46",
];

/** On our own colour, the text that suits its shade in this scheme: it is lighter in the dark. */
const coloursOf: VariantColorsResolver = (asked) => {
  const usual = defaultVariantColorsResolver(asked);
  const isOwn = (asked.color ?? asked.theme.primaryColor) === asked.theme.primaryColor;
  if (asked.variant !== "filled" || !isOwn) return usual;
  return { ...usual, color: "var(--mantine-primary-color-contrast)" };
};

export const theme = createTheme({
  colors: { wright },
  primaryColor: "wright",
  primaryShade: { light: 6, dark: 4 },
  autoContrast: true,
  variantColorResolver: coloursOf,
  defaultRadius: "md",
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
  headings: { fontWeight: "650" },
  cursorType: "pointer",
  respectReducedMotion: true,
  focusRing: "auto",
  components: {
    // On a tint of its colour, a title in that colour would be hard to read.
    Alert: { styles: { label: { color: "var(--mantine-color-text)" } } },
  },
});
