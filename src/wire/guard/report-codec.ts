import type { z } from "zod";
import { ByteReader } from "../bytes/byte-reader.ts";
import { codecOf, type Codec, type GeneratedType } from "../bytes/codec.ts";
import { WireError } from "../errors.ts";
import { mostParts, mostPartRows, mostRuleNumber, mostShards, mostSubjectBytes } from "./guard-fields.ts";

/** Equal accesses of one time slot, as a front end has counted them. */
export interface ReportedRow {
  readonly rule: number;
  readonly subject: string;
  readonly value: string | undefined;
  readonly atMs: number;
  readonly passed: number;
  readonly intercepted: number;
}

/** Rows of one shard. */
export interface ReportedPart {
  readonly shard: number;
  readonly sequence: number;
  readonly rows: readonly ReportedRow[];
}

export interface WithParts {
  readonly parts: readonly ReportedPart[];
}

/** Of the messages that carry parts, and of `ReportPart` and `AccessRow`. */
const partsField = 3;
const partFields = { shard: 1, sequence: 2, rows: 3 } as const;
const rowFields = { rule: 1, subject: 2, value: 3, atMs: 4, passed: 5, intercepted: 6 } as const;
const mostOfRow = 2 ** 32 - 1;
/** A longer one is not even made. */
const mostTextBytes = 64 * 1024;

/**
 * The codec of a message whose field 3 is the parts of a report. What else it has is read by its schema; the rows, of which there are
 * thousands in each tenth of a second, are read without objects in between.
 */
export const codecWithParts = <Message, Head extends object>(
  name: string,
  generated: GeneratedType<Message>,
  head: z.ZodType<Head>,
): Codec<Head & WithParts> => {
  const heads = codecOf(name, generated, head);
  return {
    encode: (value) => heads.encode(value),
    decode: (bytes) => {
      const { parts, others } = split(name, bytes);
      return { ...heads.decode(others), parts };
    },
  };
};

const split = (name: string, bytes: Uint8Array): { readonly parts: ReportedPart[]; readonly others: Buffer } => {
  const [message, part, row] = [new ByteReader(), new ByteReader(), new ByteReader()];
  const parts: ReportedPart[] = [];
  const others: Uint8Array[] = [];
  message.read(bytes);
  for (let begin = 0, field = message.next(); field !== 0; field = message.next()) {
    if (field === partsField) {
      const place = `${name}: parts.${parts.length}`;
      if (parts.length === mostParts) throw invalid(`${name}: parts: more than ${mostParts}`);
      message.lend(part);
      parts.push(readPart(part, row, place));
    } else {
      message.skip();
      others.push(bytes.subarray(begin, bytes.length - message.left));
    }
    begin = bytes.length - message.left;
  }
  if (parts.length === 0) throw invalid(`${name}: parts: are missing`);
  return { parts, others: Buffer.concat(others) };
};

const readPart = (part: ByteReader, row: ByteReader, place: string): ReportedPart => {
  const rows: ReportedRow[] = [];
  let [shard, sequence] = [0, 0];
  for (let field = part.next(); field !== 0; field = part.next()) {
    if (field === partFields.rows) {
      if (rows.length === mostPartRows) throw invalid(`${place}.rows: more than ${mostPartRows}`);
      part.lend(row);
      rows.push(readRow(row, place, rows.length));
    } else if (field === partFields.shard) shard = part.uint();
    else if (field === partFields.sequence) sequence = part.uint();
    else part.skip();
  }
  if (shard >= mostShards) throw invalid(`${place}.shard: ${shard}: at most ${mostShards - 1}`);
  if (sequence === 0) throw invalid(`${place}.sequence: begins with 1`);
  if (rows.length === 0) throw invalid(`${place}.rows: are missing`);
  return { shard, sequence, rows };
};

const readRow = (row: ByteReader, place: string, at: number): ReportedRow => {
  let [rule, atMs, passed, intercepted] = [0, 0, 0, 0];
  let subject = "";
  let value: string | undefined;
  for (let field = row.next(); field !== 0; field = row.next()) {
    switch (field) {
      case rowFields.rule:
        rule = row.uint();
        break;
      case rowFields.subject:
        subject = short(row, place, at, "subject");
        break;
      case rowFields.value:
        value = short(row, place, at, "value");
        break;
      case rowFields.atMs:
        atMs = row.uint();
        break;
      case rowFields.passed:
        passed = row.uint();
        break;
      case rowFields.intercepted:
        intercepted = row.uint();
        break;
      default:
        row.skip();
    }
  }
  if (rule > mostRuleNumber) throw invalid(`${place}.rows.${at}.rule: ${rule}: at most ${mostRuleNumber}`);
  if (passed > mostOfRow) throw invalid(`${place}.rows.${at}.passed: more than ${mostOfRow}`);
  if (intercepted > mostOfRow) throw invalid(`${place}.rows.${at}.intercepted: more than ${mostOfRow}`);
  return { rule, subject, value, atMs, passed, intercepted };
};

const short = (row: ByteReader, place: string, at: number, name: "subject" | "value"): string => {
  const text = row.text(mostTextBytes);
  // As long as no character takes more than three bytes nothing has to be counted.
  if (text.length * 3 > mostSubjectBytes && Buffer.byteLength(text) > mostSubjectBytes) {
    throw invalid(`${place}.rows.${at}.${name}: more than ${mostSubjectBytes} bytes`);
  }
  return text;
};

const invalid = (problem: string): WireError => new WireError("invalid", problem);
