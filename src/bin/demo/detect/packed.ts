import { crc32, deflateRawSync, gzipSync } from "node:zlib";

const version = 20;
const deflated = 8;

/** The fields that the header of a member and its entry in the directory share, from the version that is needed to read it. */
const sharedFields = (name: Buffer, content: Buffer, packed: Buffer): Buffer => {
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(version, 0);
  fields.writeUInt16LE(deflated, 4);
  fields.writeUInt32LE(crc32(content), 10);
  fields.writeUInt32LE(packed.length, 14);
  fields.writeUInt32LE(content.length, 18);
  fields.writeUInt16LE(name.length, 22);
  return fields;
};

/** A zip archive with one member (APPNOTE.TXT 4.3: header, data, directory, end). */
export const zipped = (memberName: string, content: Buffer): Buffer => {
  const name = Buffer.from(memberName);
  const packed = deflateRawSync(content);
  const fields = sharedFields(name, content, packed);
  const header = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), fields, name, packed]);
  const made = Buffer.alloc(2);
  made.writeUInt16LE(version, 0);
  // The comment, the disk, the attributes and the place of the header: nothing, the first, none and the beginning.
  const entry = Buffer.concat([Buffer.from("PK\x01\x02", "latin1"), made, fields, Buffer.alloc(14), name]);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", 0, "latin1");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length, 12);
  end.writeUInt32LE(header.length, 16);
  return Buffer.concat([header, entry, end]);
};

/** Zip archives in each other, `depth` of them. */
export const nested = (memberName: string, content: Buffer, depth: number): Buffer => {
  let inner = zipped(memberName, content);
  for (let level = 1; level < depth; level += 1) inner = zipped(`level-${level}.zip`, inner);
  return inner;
};

/** How a file can be wrapped, by the ending of its name. */
export const wrappings: Readonly<Record<string, (name: string, content: Buffer) => Buffer>> = {
  "": (_, content) => content,
  ".zip": zipped,
  ".gz": (_, content) => gzipSync(content),
  ".zip.zip": (name, content) => nested(name, content, 2),
  ".zip.gz": (name, content) => gzipSync(zipped(name, content)),
};
