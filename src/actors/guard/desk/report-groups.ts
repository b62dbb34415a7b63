import { InterceptionError } from "../errors.ts";
import { shardOf } from "../../../cluster/index.ts";
import { maxSubjectBytes } from "../../../shared-memory/index.ts";
import { mostPartRows, mostParts, type GuardReport, type ReportPart } from "../guard-port.ts";

/** Parts of one message to a shard: between nodes it has at most 256 KiB. */
const mostGroupBytes = 200 * 1024;
/** Of one part, as is agreed with proxies. */
const mostPartBytes = 128 * 1024;
/** Of a row beside its texts, at most: numbers, tags and lengths. */
const rowBytes = 40;

const textBytes = (text: string | undefined): number => (text === undefined ? 0 : Buffer.byteLength(text));

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
    const bytes = checkRows(part, `parts.${at}.rows`, shards);
    const group = groups.get(shard) ?? { messages: [], last: 0, bytes: Infinity };
    groups.set(shard, group);
    if (sequence <= group.last) throw invalid(`parts.${at}.sequence: ${sequence} comes after ${group.last}`);
    group.last = sequence;
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

/** @returns how many bytes the rows may take */
const checkRows = ({ rows, shard }: ReportPart, place: string, shards: number): number => {
  if (rows.length < 1 || rows.length > mostPartRows)
    throw invalid(`${place}: ${rows.length}: use 1 to ${mostPartRows}`);
  let bytes = 0;
  for (const [at, { subject, value }] of rows.entries()) {
    const [subjectBytes, valueBytes] = [textBytes(subject), textBytes(value)];
    if (subjectBytes > maxSubjectBytes) throw invalid(`${place}.${at}.subject: more than ${maxSubjectBytes} bytes`);
    if (valueBytes > maxSubjectBytes) throw invalid(`${place}.${at}.value: more than ${maxSubjectBytes} bytes`);
    const right = shardOf(subject, shards);
    if (right !== shard) throw invalid(`${place}.${at}.subject: it belongs to shard ${right}, not ${shard}`);
    bytes += rowBytes + subjectBytes + valueBytes;
  }
  return bytes;
};

const invalid = (problem: string): InterceptionError => new InterceptionError("invalid", problem);
