import { appendFileSync, closeSync, fstatSync, openSync, readSync } from "node:fs";
import { StoreError } from "../errors.ts";
import { isWhole } from "./page-walk.ts";

/**
 * The first bytes of the data file of the LMDB that lmdb-js brings (data version 2, 64-bit little-endian): two meta
 * pages, each a page header and then `MDB_meta` of mdb.c. LMDB maps the file and trusts it: a read beyond its end
 * ends the process with SIGBUS. So it is looked at before it is opened.
 */
const metaFlag = 0x08;
const magic = 0xbeefc0de;
const dataVersion = 2;
const at = {
  flags: 18,
  magic: 24,
  version: 28,
  pageSize: 48,
  freeRoot: 88,
  dataRoot: 136,
  lastPage: 144,
  transaction: 152,
};
const headerBytes = 160;
const largestPage = 65_536;
const lastPageAtMost = 2n ** 36n;

/**
 * Looks at a data file and makes it safe to open; no file, or an empty one, is. A file may rightly end before the last
 * page that its header names, if the last pages are free: then it is filled up with zeros. Throws `corrupt` if the
 * file is no store, or if pages with data are missing.
 */
export const checkDataFile = (file: string): void => {
  const fd = openIfThere(file);
  if (fd === undefined) return;
  try {
    if (fstatSync(fd).size === 0) return;
    const first = readMeta(fd, 0);
    if (first === undefined) throw corrupt(file, "it does not start as one");
    const second = readMeta(fd, first.pageSize);
    if (second?.pageSize !== first.pageSize) throw corrupt(file, "its second meta page is damaged");
    const { pageSize, lastPage, roots } = second.transaction > first.transaction ? second : first;
    // Asked for after the meta pages were read: another process may make the file longer and then name its new pages.
    const bytes = fstatSync(fd).size;
    const missing = (lastPage + 1) * pageSize - bytes;
    if (missing <= 0) return;
    if (missing > missingAtMost || !isWhole({ fd, bytes, pageSize, roots })) {
      throw corrupt(file, `it was cut off, ${missing} bytes are missing`);
    }
    // Appends: another process may be writing, and nothing that it writes may be cut off or overwritten.
    appendFileSync(file, Buffer.alloc(missing));
  } finally {
    closeSync(fd);
  }
};

/** Only pages that were freed in the transaction that made them are rightly missing: few. */
const missingAtMost = 64 * 1024 * 1024;

export const corrupt = (file: string, why: string): StoreError =>
  new StoreError("corrupt", `${file} is not a readable Garrison store: ${why}. Restore it from a backup or remove it`, {
    ids: { file },
  });

interface Meta {
  readonly pageSize: number;
  readonly lastPage: number;
  readonly transaction: bigint;
  readonly roots: readonly bigint[];
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
  return {
    pageSize,
    lastPage: Number(lastPage),
    transaction: header.readBigUInt64LE(at.transaction),
    roots: [header.readBigUInt64LE(at.freeRoot), header.readBigUInt64LE(at.dataRoot)],
  };
};
