import type { Clock } from "../base/clock.ts";
import type { Page, PageRequest } from "../store/index.ts";

/** A page ends once it has this many bytes of JSON, and one row has at most so many: together they fit into a message of 4 MiB. */
const fullAt = 2 * 1024 * 1024;
const mostPerRow = 280 * 1024;
const room = fullAt + 6 * mostPerRow;
/** A listing that shows only some of what it reads may have nothing to show for long: no read begins after this. */
const longestMs = 1_000;
/** Of one read, as long as rows are small: what turns out to be too much was not far too much. */
const readAtOnce = 100;

/** What a page is to be: its place, how many rows at most, and by whose clock it ends in time. */
export interface PageToFill extends PageRequest {
  readonly clock: Clock;
  readonly limit: number;
}

/**
 * A page of rows that fits into one message, and that is there in time: so it may be short, or empty, although others follow. Rows are small as a
 * rule: many are asked for at once. Where that is more than fits, only so many are asked for again as are sure to fit.
 *
 * @param read a page of the store; its `next` continues it
 * @param toWire a row as it is sent
 */
export const fillPage = async <Row, Sent>(
  { clock, limit, after }: PageToFill,
  read: (page: PageRequest) => Promise<Page<Row>>,
  toWire: (row: Row) => Sent,
): Promise<{ readonly rows: Sent[]; readonly next: string }> => {
  const untilMs = clock.monotonicMs() + longestMs;
  const rows: Sent[] = [];
  let cursor = after;
  let size = 0;
  let areSmall = true;
  for (;;) {
    const left = limit - rows.length;
    const sure = Math.min(left, Math.floor((room - size) / mostPerRow));
    const wanted = areSmall ? Math.min(left, readAtOnce) : sure;
    const page = await read({ limit: wanted, ...(cursor === undefined ? {} : { after: cursor }) });
    const sent = page.rows.map(toWire);
    const more = sent.reduce((sum, row) => sum + sizeOf(row), 0);
    // (A listing that reads more than is wanted reads it again, too: that ends as a message that is too large.)
    if (areSmall && sent.length > sure && size + more > room) {
      areSmall = false;
      continue;
    }
    rows.push(...sent);
    size += more;
    cursor = page.next;
    const isOver = rows.length >= limit || size >= fullAt || clock.monotonicMs() >= untilMs;
    if (cursor === undefined || isOver) return { rows, next: cursor ?? "" };
  }
};

const sizeOf = (sent: unknown): number => Buffer.byteLength(typeof sent === "string" ? sent : JSON.stringify(sent));
