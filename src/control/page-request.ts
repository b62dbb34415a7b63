import type { PageRequest } from "../store/index.ts";

const defaultPage = 100;

/** The page of a listing as the store takes it. */
export const pageRequest = ({
  pageSize,
  pageToken,
}: {
  readonly pageSize: number;
  readonly pageToken: string;
}): PageRequest & { readonly limit: number } => ({
  limit: pageSize === 0 ? defaultPage : pageSize,
  ...(pageToken === "" ? {} : { after: pageToken }),
});
