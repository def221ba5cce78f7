/** What the map asks the server. */
import { queryOptions } from "@tanstack/react-query";
import { api, told } from "@/api/client";
import { keyOf } from "@/api/queries";
import { type Colouring, isRamp, type Meaning } from "./legend";
import { codesOf, pointsOf, valuesOf } from "./points";

export function mapsQuery() {
  return queryOptions({
    queryKey: keyOf("maps"),
    queryFn: async () => (await told(api.GET("/api/v1/maps"))).items,
  });
}

export function pointsQuery(map: string) {
  return queryOptions({
    queryKey: keyOf("map-points", map),
    queryFn: async () => {
      const asked = api.GET("/api/v1/maps/{map}/points", {
        params: { path: { map } },
        parseAs: "arrayBuffer",
      });
      return pointsOf(await bytes(asked));
    },
    staleTime: 300_000,
  });
}

/** By what the server colours; clusters are known here. */
export type Asked = Exclude<Colouring, "cluster">;

export interface Facet {
  taxonomy: string;
  facet: string;
}

export interface Known {
  codes: Int32Array | Float32Array;
  meanings: Meaning[];
}

/** What is known of every picture, and what its codes mean. */
export function coloursQuery(map: string, by: Asked, facet: Facet | undefined) {
  const query = { by, taxonomy: facet?.taxonomy, facet: facet?.facet };
  const params = { path: { map }, query };
  return queryOptions({
    queryKey: keyOf("map-colours", map, by, facet ?? null),
    queryFn: async (): Promise<Known> => {
      const asked = api.GET("/api/v1/maps/{map}/colours", { params, parseAs: "arrayBuffer" });
      if (isRamp(by)) return { codes: valuesOf(await bytes(asked)), meanings: [] };
      const legend = told(api.GET("/api/v1/maps/{map}/legend", { params }));
      const codes = codesOf(await bytes(asked));
      // Not to be labelled is to have nothing.
      if (by === "labelled") for (let at = 0; at < codes.length; at++) codes[at]! ||= -1;
      return { codes, meanings: (await legend).items };
    },
  });
}

async function bytes(asked: Promise<{ data?: unknown; error?: unknown; response: Response }>) {
  return (await told(asked)) as ArrayBuffer;
}
