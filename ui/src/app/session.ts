import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useCallback } from "react";
import { api, told } from "@/api/client";
import { meQuery } from "@/api/queries";
import type { MeOut } from "@/api/schema";

export type Permission = MeOut["permissions"][number];

/** The workspace of the page; every page below `/w/` has one. */
export function useWorkspace(): string {
  return useParams({ strict: false }).ws ?? "";
}

export function useMe(): MeOut | undefined {
  return useQuery(meQuery()).data;
}

/** Whether the person may do something here. Buttons they may not press are not shown. */
export function useMay(permission: Permission): boolean {
  return useMe()?.permissions.includes(permission) ?? false;
}

export function useLogOut(): () => Promise<void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useCallback(async () => {
    await told(api.DELETE("/api/v1/session"));
    client.clear();
    await navigate({ to: "/login" });
  }, [client, navigate]);
}
