import { crc32 } from "./checksums.ts";
import { deflated } from "./deflate.ts";

/** A file of an archive: name and content. */
export interface ZipEntry {
  readonly name: Buffer;
  readonly content: Buffer;
}

const version = 20;
/** Sizes and checksum follow the data. */
const followed = 0x8;
const utf8Name = 0x800;
const deflateMethod = 8;

const numbers = (...fields: readonly (readonly [value: number, bytes: 2 | 4])[]): Buffer => {
  const out = Buffer.alloc(fields.reduce((sum, [, bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [value, bytes] of fields) at = out.writeUIntLE(value, at, bytes);
  return out;
};

/** A ZIP archive as Go's `archive/zip` writes it: deflated files without times. */
export const zipped = (entries: readonly ZipEntry[]): Buffer => {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content } of entries) {
    const data = deflated(content);
    const flags = followed | (name.some((byte) => byte >= 0x80) ? utf8Name : 0);
    const common = numbers([version, 2], [flags, 2], [deflateMethod, 2], [0, 4]);
    const sums = numbers([crc32(content), 4], [data.length, 4], [content.length, 4]);
    const lengths = numbers([name.length, 2], [0, 2]);
    const local = [
      numbers([0x04034b50, 4]),
      common,
      Buffer.alloc(12),
      lengths,
      name,
      data,
      numbers([0x08074b50, 4]),
      sums,
    ];
    const file = Buffer.concat(local);
    const head = numbers([0x02014b50, 4], [version, 2]);
    const tail = numbers([0, 2], [0, 2], [0, 2], [0, 4], [offset, 4]);
    directory.push(Buffer.concat([head, common, sums, lengths, tail, name]));
    files.push(file);
    offset += file.length;
  }
  const index = Buffer.concat(directory);
  const count = entries.length;
  const end = numbers([0x06054b50, 4], [0, 2], [0, 2], [count, 2], [count, 2], [index.length, 4], [offset, 4], [0, 2]);
  return Buffer.concat([...files, index, end]);
};
