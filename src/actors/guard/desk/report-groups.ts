import { InterceptionError } from "../errors.ts";
import { shardOf } from "../../../cluster/index.ts";
import { maxSubjectBytes, type AccessRow } from "../../../shared-memory/index.ts";
import { mostPartRows, mostParts, type GuardReport, type ReportPart } from "../guard-port.ts";

/** Parts of one message to a shard: between nodes it has at most 256 KiB. */
const mostGroupBytes = 200 * 1024;
/** Of one part, as is agreed with proxies. */
const mostPartBytes = 128 * 1024;
/** Of a row beside its texts, at most: numbers, tags and lengths. */
const rowBytes = 40;

const textBytes = (text: string | undefined): number => (text === undefined ? 0 : Buffer.byteLength(text));

const bytesOf = ({ rows }: ReportPart): number =>
  rows.reduce((sum, { subject, value }) => sum + rowBytes + textBytes(subject) + textBytes(value), 0);

/**
 * The parts of a report by shard, each shard's in messages that fit between nodes, in the order of their sequence.
 *
 * @throws InterceptionError `invalid` with the place of what breaks a bound, and for a row in the part of another shard
 */
export const reportGroups = (
  { parts }: Pick<GuardReport, "parts">,
  shards: number,
): ReadonlyMap<number, readonly (readonly ReportPart[])[]> => {
  if (parts.length < 1 || parts.length > mostParts) throw invalid(`parts: ${parts.length}: use 1 to ${mostParts}`);
  const groups = new Map<number, { readonly messages: ReportPart[][]; last: number; bytes: number }>();
  for (const [at, part] of parts.entries()) {
    const { shard, sequence } = part;
    if (!(shard < shards)) throw invalid(`parts.${at}.shard: ${shard}: there are ${shards}`);
    checkRows(part, `parts.${at}.rows`, shards);
    const group = groups.get(shard) ?? { messages: [], last: 0, bytes: Infinity };
    groups.set(shard, group);
    if (sequence <= group.last) throw invalid(`parts.${at}.sequence: ${sequence} comes after ${group.last}`);
    group.last = sequence;
    const bytes = bytesOf(part);
    if (bytes > mostPartBytes) throw invalid(`parts.${at}.rows: ${bytes} bytes: use at most ${mostPartBytes}`);
    group.bytes += bytes;
    if (group.bytes > mostGroupBytes) {
      group.messages.push([]);
      group.bytes = bytes;
    }
    group.messages.at(-1)?.push(part);
  }
  return new Map([...groups].map(([shard, { messages }]) => [shard, messages]));
};

const checkRows = ({ rows, shard }: ReportPart, place: string, shards: number): void => {
  if (rows.length < 1 || rows.length > mostPartRows)
    throw invalid(`${place}: ${rows.length}: use 1 to ${mostPartRows}`);
  for (const [at, row] of rows.entries()) {
    const problem = problemOf(row, shard, shards);
    if (problem !== undefined) throw invalid(`${place}.${at}.${problem}`);
  }
};

const problemOf = ({ subject, value }: AccessRow, shard: number, shards: number): string | undefined => {
  if (textBytes(subject) > maxSubjectBytes) return `subject: more than ${maxSubjectBytes} bytes`;
  if (textBytes(value) > maxSubjectBytes) return `value: more than ${maxSubjectBytes} bytes`;
  const right = shardOf(subject, shards);
  return right === shard ? undefined : `subject: it belongs to shard ${right}, not ${shard}`;
};

const invalid = (problem: string): InterceptionError => new InterceptionError("invalid", problem);
