import { useLocalStorage } from "@mantine/hooks";

/** A choice of how pictures are answered that is remembered, on every page where they are. */
export function useKept<T extends string>(name: string, defaultValue: T) {
  return useLocalStorage<T>({
    key: `tagwright.review.${name}`,
    defaultValue,
    getInitialValueInEffect: false,
    serialize: (value) => value,
    deserialize: (value) => (value ?? defaultValue) as T,
  });
}

/** A yes or no that is remembered. */
export function useSwitch(name: string, initially: boolean): [boolean, () => void] {
  const [kept, keep] = useKept(name, initially ? "yes" : "no");
  return [kept === "yes", () => keep(kept === "yes" ? "no" : "yes")];
}
