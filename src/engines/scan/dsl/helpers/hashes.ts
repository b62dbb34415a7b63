import { createHash, createHmac } from "node:crypto";
import { formatted } from "../../value/printed.ts";
import { bufferOf } from "../../value/value.ts";
import { DslError } from "../error.ts";
import type { Helper } from "./helper.ts";

const digest = (algorithm: "md5" | "sha1" | "sha256" | "sha512"): Helper => ({
  signature: "(value interface{}) string",
  note: `the ${algorithm} digest of the bytes, in hexadecimal`,
  arity: [1, 1],
  run: (args) =>
    createHash(algorithm)
      .update(bufferOf(args.text(0)))
      .digest("hex"),
});

const rotated = (value: number, by: number): number => (value << by) | (value >>> (32 - by));

const mixed = (block: number): number => Math.imul(rotated(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593);

/** MurmurHash3 (x86, 32 bits) with seed 0, as a signed integer. */
const murmur3 = (bytes: Buffer): number => {
  let hash = 0;
  const whole = bytes.length & ~3;
  for (let at = 0; at < whole; at += 4) {
    hash = (Math.imul(rotated(hash ^ mixed(bytes.readInt32LE(at)), 13), 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let at = bytes.length - 1; at >= whole; at -= 1) tail = (tail << 8) | (bytes[at] ?? 0);
  if (whole < bytes.length) hash ^= mixed(tail);
  hash ^= bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
};

const hmacAlgorithms: Readonly<Record<string, string>> = {
  sha1: "sha1",
  "sha-1": "sha1",
  sha256: "sha256",
  "sha-256": "sha256",
  sha512: "sha512",
  "sha-512": "sha512",
};

/** Helpers that digest bytes. */
export const hashHelpers: Readonly<Record<string, Helper>> = {
  md5: digest("md5"),
  sha1: digest("sha1"),
  sha256: digest("sha256"),
  sha512: digest("sha512"),
  mmh3: {
    signature: "(value interface{}) string",
    note: "MurmurHash3 (32 bits, seed 0) of the bytes, as a signed decimal number: Shodan's hash of icons",
    arity: [1, 1],
    run: (args) => String(murmur3(bufferOf(formatted(args.at(0))))),
  },
  hmac: {
    signature: '(algorithm "sha1" | "sha256" | "sha512", text, key string) string',
    note: "the keyed digest, in hexadecimal",
    arity: [3, 3],
    run: (args) => {
      const algorithm = hmacAlgorithms[args.text(0)];
      if (algorithm === undefined) throw new DslError("wrong-argument", "argument 1 is no digest that hmac knows");
      const [text, key] = [args.onlyText(1), args.onlyText(2)];
      return createHmac(algorithm, bufferOf(key)).update(bufferOf(text)).digest("hex");
    },
  },
};
