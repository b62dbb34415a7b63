/** A file of a zip archive as it stands there. */
export interface ZipEntry {
  readonly name: string;
  readonly packed: Buffer;
  readonly isDeflated: boolean;
}

const endSignature = Buffer.from("PK\x05\x06", "latin1");
const entrySignature = 0x02014b50;
const localHeaderBytes = 30;
const entryBytes = 46;
const stored = 0;
const deflated = 8;
const encrypted = 1;

/**
 * The files of a zip archive, by its directory. Encrypted ones are left out.
 *
 * @throws Error for a damaged one, and for a method that is not read
 */
export const zipEntries = (bytes: Buffer): readonly ZipEntry[] => {
  const end = bytes.lastIndexOf(endSignature);
  if (end === -1 || end + 22 > bytes.length) throw new Error("the zip archive is damaged or cut off");
  const count = bytes.readUInt16LE(end + 10);
  const entries: ZipEntry[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    if (at + entryBytes > bytes.length || bytes.readUInt32LE(at) !== entrySignature) {
      throw new Error("the zip archive is damaged or cut off");
    }
    const method = bytes.readUInt16LE(at + 10);
    const nameLength = bytes.readUInt16LE(at + 28);
    const name = bytes.toString("utf8", at + entryBytes, at + entryBytes + nameLength);
    const isFile = !name.endsWith("/") && (bytes.readUInt16LE(at + 8) & encrypted) === 0;
    if (isFile && method !== stored && method !== deflated) throw new Error(`zip method ${method} is not read`);
    if (isFile) entries.push({ name, packed: contentAt(bytes, at), isDeflated: method === deflated });
    at += entryBytes + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return entries;
};

const contentAt = (bytes: Buffer, entry: number): Buffer => {
  const size = bytes.readUInt32LE(entry + 20);
  const header = bytes.readUInt32LE(entry + 42);
  if (header + localHeaderBytes > bytes.length) throw new Error("the zip archive is damaged or cut off");
  const start = header + localHeaderBytes + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28);
  if (start + size > bytes.length) throw new Error("the zip archive is damaged or cut off");
  return bytes.subarray(start, start + size);
};
