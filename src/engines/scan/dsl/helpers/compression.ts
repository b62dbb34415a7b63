import { gunzipSync, inflateRawSync, inflateSync } from "node:zlib";
import { bufferOf } from "../../value/value.ts";
import { DslError } from "../error.ts";
import { adler32, crc32 } from "../go/checksums.ts";
import { deflated } from "../go/deflate.ts";
import { zipped } from "../go/zip.ts";
import type { Arguments, Helper } from "./helper.ts";
import { checkSize, maxResultBytes } from "./helper.ts";

/** How much of unpacked data is given when the expression does not say. */
const defaultBytes = 10 * 1024 * 1024;

const gzipHeader = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
const zlibHeader = Buffer.from([0x78, 0x9c]);

const trailer = (...values: readonly number[]): Buffer => {
  const out = Buffer.alloc(values.length * 4);
  for (const [at, value] of values.entries()) out.writeUInt32LE(value, at * 4);
  return out;
};

const bytesIn = (args: Arguments): Buffer => {
  const text = args.onlyText(0);
  checkSize(text.length);
  return bufferOf(text);
};

const packer = (name: string, pack: (data: Buffer) => Buffer): Helper => ({
  signature: "(text string) string",
  note: `the bytes packed as ${name}`,
  arity: [1, 1],
  run: (args) => pack(bytesIn(args)).toString("latin1"),
});

type Unpack = (data: Buffer, options: { readonly maxOutputLength: number }) => Buffer;

const unpacker = (name: string, unpack: Unpack): Helper => ({
  signature: "(bytes string, optionalMost int) string",
  note: `the first bytes (${defaultBytes}) that were packed as ${name}; more than ${maxResultBytes} in all fail`,
  arity: [1, 255],
  run: (args) => {
    const asked = args.at(1);
    const most = typeof asked === "number" ? Math.max(Math.trunc(asked), 0) : defaultBytes;
    return unpackedBy(unpack, bufferOf(args.text(0)), name)
      .subarray(0, most)
      .toString("latin1");
  },
});

const unpackedBy = (unpack: Unpack, data: Buffer, name: string): Buffer => {
  try {
    return unpack(data, { maxOutputLength: maxResultBytes });
  } catch (thrown) {
    if (thrown instanceof RangeError)
      throw new DslError("too-large", `unpacked it is more than ${maxResultBytes} bytes`);
    throw new DslError("wrong-argument", `argument 1 is no valid ${name} data`);
  }
};

const modifiedAt = (args: Arguments): number => {
  const data = bufferOf(args.text(0));
  unpackedBy(gunzipSync, data, "gzip");
  return data.readUInt32LE(4);
};

const archive = (args: Arguments): string => {
  if (args.count % 2 !== 0) throw new DslError("wrong-argument", "it takes pairs of a name and a content");
  const texts = args.all.map((_value, at) => bufferOf(args.onlyText(at)));
  checkSize(texts.reduce((sum, text) => sum + text.length, 0));
  const names = texts.filter((_text, at) => at % 2 === 0);
  return zipped(names.map((name, at) => ({ name, content: texts[at * 2 + 1] ?? Buffer.alloc(0) }))).toString("latin1");
};

/** Helpers that pack and unpack bytes. */
export const compressionHelpers: Readonly<Record<string, Helper>> = {
  gzip: packer("gzip", (data) => Buffer.concat([gzipHeader, deflated(data), trailer(crc32(data), data.length)])),
  gzip_decode: unpacker("gzip", gunzipSync),
  gzip_mtime: {
    signature: "(bytes interface{}) float64",
    note: "the time in the header of gzip data, in seconds since 1970, or 0",
    arity: [1, 1],
    run: modifiedAt,
  },
  zlib: packer("zlib", (data) => Buffer.concat([zlibHeader, deflated(data), trailer(adler32(data)).swap32()])),
  zlib_decode: unpacker("zlib", inflateSync),
  deflate: packer("raw DEFLATE", deflated),
  inflate: unpacker("raw DEFLATE", inflateRawSync),
  zip: {
    signature: "(name, content string, ...) string",
    note: "a ZIP archive of files",
    arity: [2, 254],
    run: archive,
  },
};
