import { appendFileSync, closeSync, fstatSync, openSync, readSync } from "node:fs";
import { StoreError } from "../errors.ts";

/**
 * The first bytes of the data file of the LMDB that lmdb-js brings (data version 2, 64-bit little-endian): two meta
 * pages, each a page header and then `MDB_meta` of mdb.c. LMDB maps the file and trusts it: a file that ends before
 * the pages it names ends the process with SIGBUS. So it is looked at before it is opened.
 */
const metaFlag = 0x08;
const magic = 0xbeefc0de;
const dataVersion = 2;
const at = { flags: 18, magic: 24, version: 28, pageSize: 48, lastPage: 144, transaction: 152 };
const headerBytes = 160;
const largestPage = 65_536;
const lastPageAtMost = 2n ** 36n;

export interface FileState {
  readonly bytes: number;
  /** What the newest meta page says that the file has. It may be longer than the file: its last pages may be free. */
  readonly neededBytes: number;
}

/** Reads the header of a data file. `undefined`: there is none yet. Throws `corrupt`. */
export const readFileHeader = (file: string): FileState | undefined => {
  const fd = openIfThere(file);
  if (fd === undefined) return undefined;
  try {
    const bytes = fstatSync(fd).size;
    if (bytes === 0) return undefined;
    const first = readMeta(fd, 0);
    if (first === undefined) throw corrupt(file, "it does not start as one");
    const second = readMeta(fd, first.pageSize);
    if (second?.pageSize !== first.pageSize) throw corrupt(file, "its second meta page is damaged");
    const newest = second.transaction > first.transaction ? second : first;
    return { bytes, neededBytes: (newest.lastPage + 1) * newest.pageSize };
  } finally {
    closeSync(fd);
  }
};

/** The last pages of a sound file can only be missing if they were freed in the transaction that made them: few. */
const missingAtMost = 64 * 1024 * 1024;

/**
 * Makes a file as long as its header says, so that reading it cannot end the process. Appends: another process may be
 * writing, and nothing that it writes may be cut off or overwritten. Throws `corrupt` if too much is missing.
 */
export const fillUp = (file: string, { bytes, neededBytes }: FileState): void => {
  const missing = neededBytes - bytes;
  if (missing > missingAtMost) throw corrupt(file, `${missing} bytes are missing at its end`);
  appendFileSync(file, Buffer.alloc(missing));
};

export const corrupt = (file: string, why: string): StoreError =>
  new StoreError("corrupt", `${file} is not a readable Garrison store: ${why}. Restore it from a backup or remove it`, {
    ids: { file },
  });

interface Meta {
  readonly pageSize: number;
  readonly lastPage: number;
  readonly transaction: bigint;
}

const openIfThere = (file: string): number | undefined => {
  try {
    return openSync(file, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
};

const readMeta = (fd: number, offset: number): Meta | undefined => {
  const header = Buffer.alloc(headerBytes);
  if (readSync(fd, header, 0, headerBytes, offset) < headerBytes) return undefined;
  const pageSize = header.readUInt32LE(at.pageSize);
  const isMeta =
    (header.readUInt16LE(at.flags) & metaFlag) !== 0 &&
    header.readUInt32LE(at.magic) === magic &&
    (header.readUInt32LE(at.version) & 0xffff) === dataVersion;
  const isPageSize = pageSize >= headerBytes && pageSize <= largestPage && (pageSize & (pageSize - 1)) === 0;
  const lastPage = header.readBigUInt64LE(at.lastPage);
  if (!isMeta || !isPageSize || lastPage > lastPageAtMost) return undefined;
  return { pageSize, lastPage: Number(lastPage), transaction: header.readBigUInt64LE(at.transaction) };
};
