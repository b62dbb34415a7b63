import { hash } from "node:crypto";
import type { Interception } from "../../shared-memory/index.ts";

const half = 2 ** 24;

/**
 * The checksum of one entry: the first 6 bytes of the SHA-256 of `RULE\0FIELD\0SUBJECT\0ACTION\0SHADOW\0UNTIL`, big endian, SHADOW being 0 or
 * 1. @returns 0 … 2⁴⁸ − 1
 */
export const entryChecksum = ({ rule, field, subject, action, shadow, untilMs }: Interception): number =>
  Number.parseInt(
    hash("sha256", `${rule}\0${field}\0${subject}\0${action}\0${shadow ? 1 : 0}\0${untilMs}`, "hex").slice(0, 12),
    16,
  );

/** Puts an entry into the checksum of a table, or takes it out again. Of an empty table it is 0; the order of entries does not matter. */
export const toggleChecksum = (checksum: number, entry: number): number =>
  (Math.floor(checksum / half) ^ Math.floor(entry / half)) * half + ((checksum % half) ^ (entry % half));

/** Whether two tables hold the same, but for chance: XOR of the checksums of all entries. */
export const tableChecksum = (entries: Iterable<Interception>): number => {
  let checksum = 0;
  for (const entry of entries) checksum = toggleChecksum(checksum, entryChecksum(entry));
  return checksum;
};
