import { useMutation, useQueryClient } from "@tanstack/react-query";
import { keyOf } from "@/api/queries";
import { sayDone, sayFailed } from "@/parts/notes";

/** Change something, say so, and ask again for what shows it. */
export function useChange<Given, Made>(
  change: (given: Given) => Promise<Made>,
  parts: readonly string[],
  done?: (made: Made, given: Given) => string | undefined,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async (made, given) => {
      const text = done?.(made, given);
      if (text) sayDone(text);
      await Promise.all(parts.map((part) => client.invalidateQueries({ queryKey: keyOf(part) })));
    },
    onError: sayFailed,
  });
}
