import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { useWorkspace } from "@/app/session";
import { Failure } from "@/parts/Failure";
import { Loading } from "@/parts/Loading";
import { Desk } from "./Desk";
import { NoMap } from "./NoMap";
import { mapsQuery, pointsQuery } from "./queries";
import type { MapSearch } from "./search";

/** All pictures at once, alike beside alike: to see what there is, and to label it by the handful. */
export function MapPage() {
  const { t } = useTranslation("map");
  const ws = useWorkspace();
  const search: MapSearch = useSearch({ from: "/w/$ws/map" });
  const navigate = useNavigate();
  const maps = useQuery(mapsQuery());
  const map = maps.data?.find(({ id }) => id === search.map) ?? maps.data?.[0];
  const points = useQuery({ ...pointsQuery(map?.id ?? ""), enabled: map !== undefined });
  useEffect(() => {
    document.title = `${t("title")} · Tagwright`;
  }, [t]);
  if (maps.error) return <Failure error={maps.error} retry={() => void maps.refetch()} />;
  if (maps.data === undefined) return <Loading />;
  if (map === undefined) return <NoMap />;
  if (points.error) return <Failure error={points.error} retry={() => void points.refetch()} />;
  if (points.data === undefined) return <Loading />;
  return (
    <Desk
      key={map.id}
      map={map}
      maps={maps.data}
      points={points.data}
      search={search}
      onSearch={(change) =>
        void navigate({
          to: "/w/$ws/map",
          params: { ws },
          search: { ...search, ...change },
          replace: true,
        })
      }
    />
  );
}
