import { z } from "zod";
import type { AccessRow } from "../../../../shared-memory/index.ts";

/** A part of a report that lies in the spool. */
export interface SpooledPart {
  readonly incarnation: string;
  readonly shard: number;
  readonly sequence: number;
  /** Of its file. */
  readonly bytes: number;
  /** When it was written, Unix time in milliseconds. */
  readonly sinceMs: number;
}

const nameShape = /^([0-9a-z]{1,32})-(\d{1,4})-(\d{1,15})\.part$/;

const count = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const rows = z.array(z.tuple([count, z.string(), z.string().nullable(), count, count, count])).min(1);

export const partFile = ({ incarnation, shard, sequence }: Omit<SpooledPart, "bytes" | "sinceMs">): string =>
  `${incarnation}-${shard}-${sequence}.part`;

/** Undefined for a file that is no part. */
export const parsePartFile = (file: string): Omit<SpooledPart, "bytes" | "sinceMs"> | undefined => {
  const [, incarnation, shard, sequence] = nameShape.exec(file) ?? [];
  if (incarnation === undefined || shard === undefined || sequence === undefined) return undefined;
  return { incarnation, shard: Number(shard), sequence: Number(sequence) };
};

export const encodeRows = (rows: readonly AccessRow[]): string =>
  JSON.stringify(
    rows.map(({ rule, subject, value, atMs, passed, intercepted }) => [
      rule,
      subject,
      value ?? null,
      atMs,
      passed,
      intercepted,
    ]),
  );

/** Undefined for anything else than what `encodeRows` made. */
export const decodeRows = (text: string): readonly AccessRow[] | undefined => {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  return rows.safeParse(json).data?.map(([rule, subject, value, atMs, passed, intercepted]) => ({
    rule,
    subject,
    value: value ?? undefined,
    atMs,
    passed,
    intercepted,
  }));
};
