import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

/** What is found by a text that an object has anywhere in it. */
export interface TextSignature {
  readonly name: string;
  readonly text: string;
}

const tarBlock = 512;
const headerBytes = 512;
/** Of the functions that the signatures need: any clamd has them. */
const functionLevel = 90;

const tarEntry = (name: string, content: Buffer): Buffer => {
  const header = Buffer.alloc(tarBlock);
  header.write(name);
  header.write("0000644\0", 100);
  header.write(`${content.length.toString(8).padStart(11, "0")}\0`, 124);
  header.write("        ", 148);
  header.write("0ustar\u000000", 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc((tarBlock - (content.length % tarBlock)) % tarBlock)]);
};

/** `daily.cud`, an unsigned set of daily signatures: its version is the one that clamd tells in VERSION. */
export const dailySignatures = (version: number, signatures: readonly TextSignature[]): Buffer => {
  const described = (hash: string): string =>
    `ClamAV-VDB:22 Nov 2026 00-00 +0000:${version}:${signatures.length}:${functionLevel}:${hash}:X:builder:1795000000`;
  const lines = signatures.map(({ name, text }) => `${name}:0:*:${Buffer.from(text).toString("hex")}\n`);
  const ndb = Buffer.from(lines.join(""));
  const sha256 = createHash("sha256").update(ndb).digest("hex");
  const info = Buffer.from(`${described("X")}\ndaily.ndb:${ndb.length}:${sha256}\n`);
  const tar = Buffer.concat([tarEntry("daily.info", info), tarEntry("daily.ndb", ndb), Buffer.alloc(2 * tarBlock)]);
  const body = gzipSync(tar);
  const md5 = createHash("md5").update(body).digest("hex");
  return Buffer.concat([Buffer.from(described(md5).padEnd(headerBytes)), body]);
};
