import type { PageOptions } from "../../client/index.ts";

/** One page of a listing, as the client reads it. */
export interface ReadPage<Row> {
  readonly rows: readonly Row[];
  readonly nextPageToken: string;
}

const largestPage = 500;

/** A listing up to `limit` rows, a page at a time. `more`: there are rows behind the page. */
export async function* pagesUpTo<Row>(
  limit: number,
  read: (options: PageOptions) => Promise<ReadPage<Row>>,
): AsyncGenerator<{ readonly rows: readonly Row[]; readonly more: boolean }> {
  let pageToken = "";
  let left = limit;
  do {
    const page = await read({ pageSize: Math.min(left, largestPage), pageToken });
    left -= page.rows.length;
    pageToken = page.nextPageToken;
    yield { rows: page.rows, more: pageToken !== "" };
  } while (left > 0 && pageToken !== "");
}

/** The first `limit` rows of a listing, and whether there are more. */
export const firstRows = async <Row>(
  limit: number,
  read: (options: PageOptions) => Promise<ReadPage<Row>>,
): Promise<{ readonly rows: readonly Row[]; readonly more: boolean }> => {
  const all: Row[] = [];
  let left = false;
  for await (const { rows, more } of pagesUpTo(limit, read)) {
    all.push(...rows);
    left = more;
  }
  return { rows: all, more: left };
};
