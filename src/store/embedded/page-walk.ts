import { readSync } from "node:fs";

/**
 * The trees of an LMDB file (page and node layout of mdb.c, 64-bit little-endian), read without LMDB: it asserts on a
 * page that is not what it expects, which ends the process.
 */
const pageHeaderBytes = 24;
const at = { pageNumber: 0, flags: 18, lower: 20 };
const branch = 0x01;
const leaf = 0x02;
const nodeHeaderBytes = 8;
const node = { low: 0, high: 2, flags: 4, keyBytes: 6 };
/** The value is on pages of its own; the node names the first of them and their number. */
const bigData = 0x01;
const overflow = { pageNumber: 0, pages: 16 };

/** No tree: `P_INVALID`. */
const noPage = 2n ** 64n - 1n;

export interface PageFile {
  readonly fd: number;
  readonly bytes: number;
  readonly pageSize: number;
  /** Of the tree of free pages and the tree of data. */
  readonly roots: readonly bigint[];
}

/** Whether every page that the trees use is in the file and is a page of a tree. */
export const isWhole = ({ fd, bytes, pageSize, roots }: PageFile): boolean => {
  const pages = BigInt(Math.floor(bytes / pageSize));
  const seen = new Set<bigint>();
  const open = roots.filter((root) => root !== noPage);
  const page = Buffer.alloc(pageSize);
  for (let number = open.pop(); number !== undefined; number = open.pop()) {
    if (number >= pages || seen.has(number)) return false;
    seen.add(number);
    readSync(fd, page, 0, pageSize, Number(number) * pageSize);
    const next = follow(page, number, pages);
    if (next === undefined) return false;
    open.push(...next);
  }
  return true;
};

/** The pages below one page; `undefined` if it is damaged or its values are beyond the file. */
const follow = (page: Buffer, number: bigint, pages: bigint): readonly bigint[] | undefined => {
  if (page.readBigUInt64LE(at.pageNumber) !== number) return undefined;
  const flags = page.readUInt16LE(at.flags);
  if ((flags & (branch | leaf)) === 0) return undefined;
  const below: bigint[] = [];
  const nodes = page.readUInt16LE(at.lower) >> 1;
  if (pageHeaderBytes + 2 * nodes > page.length) return undefined;
  for (let index = 0; index < nodes; index += 1) {
    const start = pageHeaderBytes + page.readUInt16LE(pageHeaderBytes + 2 * index);
    if (start + nodeHeaderBytes > page.length) return undefined;
    if ((flags & branch) !== 0) {
      const low = page.readUInt32LE(start + node.low);
      below.push(BigInt(low) + (BigInt(page.readUInt16LE(start + node.flags)) << 32n));
    } else if ((page.readUInt16LE(start + node.flags) & bigData) !== 0) {
      const value = start + nodeHeaderBytes + page.readUInt16LE(start + node.keyBytes);
      if (value + overflow.pages + 8 > page.length) return undefined;
      const first = page.readBigUInt64LE(value + overflow.pageNumber);
      if (first + page.readBigUInt64LE(value + overflow.pages) > pages) return undefined;
    }
  }
  return below;
};
