import { pagesUpTo, type ReadPage } from "../../calls/pages.ts";
import type { PageOptions } from "../../../client/index.ts";
import { jsonLine } from "./json-text.ts";
import { createSay } from "../messages.ts";
import type { RowOutput } from "./print-rows.ts";
import { toStdout } from "../stdout.ts";

export interface ListingFlags {
  readonly json?: true;
  readonly quiet?: true;
  /** Rows at most. */
  readonly limit: number;
}

/** Prints a listing page by page: JSON lines as they come, or a table at the end. Says when there was more than the limit. */
export const printListing = async <Row extends object>(
  { json, quiet, limit }: ListingFlags,
  read: (options: PageOptions) => Promise<ReadPage<Row>>,
  { head, cells, none }: RowOutput<Row>,
): Promise<void> => {
  const shown: (readonly (string | number)[])[] = [];
  let left = false;
  for await (const { rows, more } of pagesUpTo(limit, read)) {
    left = more;
    if (json !== true) shown.push(...rows.map(cells));
    else if (!(await toStdout(rows.map((row) => jsonLine(row)).join("")))) return;
  }
  if (json !== true) {
    const { textTable } = await import("./text-table.ts");
    await toStdout(shown.length === 0 ? `${none}\n` : textTable(head, shown));
  }
  if (left) createSay(quiet === true)(`there are more: --limit ${limit} was reached`);
};
