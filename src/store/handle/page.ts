import { bounds, type PageRequest } from "../ports.ts";
import { checkId, checkWhole } from "./checks.ts";

const defaultLimit = 100;

export const checkPage = ({
  limit,
  after,
}: PageRequest): { readonly limit: number; readonly cursor: string | undefined } => ({
  limit: checkWhole("limit", limit ?? defaultLimit, 1, bounds.page),
  cursor: after === undefined ? undefined : checkId("cursor", after),
});
