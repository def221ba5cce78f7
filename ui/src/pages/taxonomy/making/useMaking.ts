import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { api, told } from "@/api/client";
import { useWorkspace } from "@/app/session";
import type { Kind } from "../editing/KindChoice";
import { changed } from "../queries";
import type { Format } from "./making";

/** A taxonomy as a file, and what the file may not say. */
export interface Written {
  body: string | Blob;
  format: Format;
  kind: Kind;
  language: string;
}

export interface Making {
  write: (written: Written) => void;
  start: () => void;
  isPending: boolean;
  error: Error | null;
  reset: () => void;
}

/** Send a new taxonomy to the server, never over one that is there, and go to it. */
export function useMaking(name: string, done: () => void): Making {
  const client = useQueryClient();
  const navigate = useNavigate();
  const ws = useWorkspace();
  const { mutate, isPending, error, reset } = useMutation({
    mutationFn: async (written: Written | null): Promise<void> => {
      await (written === null ? started(name) : put(name, written));
    },
    onSuccess: async () => {
      await changed(client);
      done();
      await navigate({ to: "/w/$ws/taxonomies/$taxonomy", params: { ws, taxonomy: name } });
    },
  });
  return { write: mutate, start: () => mutate(null), isPending, error, reset };
}

function started(taxonomy: string) {
  const params = { path: { taxonomy } };
  return told(api.POST("/api/v1/taxonomies/{taxonomy}/starter", { params }));
}

function put(taxonomy: string, { body, format, kind, language }: Written) {
  return told(
    api.PUT("/api/v1/taxonomies/{taxonomy}", {
      params: { path: { taxonomy }, query: { format, kind, language, if_version: 0 } },
      // The bytes go as they are: the server knows by the format what they say.
      body: body as string,
      bodySerializer: (raw) => raw as string,
      headers: { "Content-Type": "application/octet-stream" },
    }),
  );
}
