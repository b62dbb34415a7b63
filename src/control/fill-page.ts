import type { Page, PageRequest } from "../store/index.ts";

/** A page ends once it has this many bytes of JSON, and one row has at most so many: together they fit into a message of 4 MiB. */
const fullAt = 2 * 1024 * 1024;
const mostPerRow = 280 * 1024;
const room = fullAt + 6 * mostPerRow;
/** A listing that shows only some of what it reads may have nothing to show for long. */
const mostReads = 200;

/**
 * A page of rows that fits into one message. The store is asked for as many rows as are sure to fit, again and again.
 *
 * @param read a page of the store; its `next` continues it
 * @param toWire a row as it is sent
 */
export const fillPage = async <Row, Sent>(
  { limit, after }: PageRequest & { readonly limit: number },
  read: (page: PageRequest) => Promise<Page<Row>>,
  toWire: (row: Row) => Sent,
): Promise<{ readonly rows: Sent[]; readonly next: string }> => {
  const rows: Sent[] = [];
  let cursor = after;
  let size = 0;
  let reads = 0;
  do {
    const wanted = Math.min(limit - rows.length, Math.floor((room - size) / mostPerRow));
    reads += 1;
    const page = await read({ limit: wanted, ...(cursor === undefined ? {} : { after: cursor }) });
    for (const row of page.rows) {
      const sent = toWire(row);
      size += Buffer.byteLength(typeof sent === "string" ? sent : JSON.stringify(sent));
      rows.push(sent);
    }
    cursor = page.next;
  } while (cursor !== undefined && rows.length < limit && size < fullAt && reads < mostReads);
  return { rows, next: cursor ?? "" };
};
