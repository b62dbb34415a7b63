import { constants, createCipheriv, createPublicKey, publicEncrypt } from "node:crypto";
import type { CipherGCMTypes, KeyObject } from "node:crypto";
import { bufferOf } from "../../value/value.ts";
import { DslError } from "../error.ts";
import type { DslSetup } from "../setup.ts";
import type { Arguments, Helper } from "./helper.ts";
import { checkSize } from "./helper.ts";

const nonceBytes = 12;

const keyBits = (key: Buffer, argument: number): number => {
  if ([16, 24, 32].includes(key.length)) return key.length * 8;
  throw new DslError("wrong-argument", `argument ${argument} must be a key of 16, 24 or 32 bytes`);
};

const cbc = (args: Arguments): string => {
  const [text, key, vector] = [args.onlyText(0), bufferOf(args.onlyText(1)), bufferOf(args.onlyText(2))];
  checkSize(text.length);
  const algorithm = `aes-${keyBits(key, 2)}-cbc`;
  if (vector.length !== 16) throw new DslError("wrong-argument", "argument 3 must have 16 bytes");
  const cipher = createCipheriv(algorithm, key, vector);
  return Buffer.concat([cipher.update(bufferOf(text)), cipher.final()]).toString("latin1");
};

const gcm = (args: Arguments, setup: DslSetup): string => {
  const [key, text] = [bufferOf(args.onlyText(0)), args.onlyText(1)];
  checkSize(text.length);
  const nonce = Buffer.from(Array.from({ length: nonceBytes }, () => setup.random.below(256)));
  const cipher = createCipheriv(`aes-${keyBits(key, 1)}-gcm` as CipherGCMTypes, key, nonce);
  const data = Buffer.concat([cipher.update(bufferOf(text)), cipher.final()]);
  return Buffer.concat([nonce, data, cipher.getAuthTag()]).toString("latin1");
};

const publicKey = (pem: string): KeyObject => {
  try {
    const key = createPublicKey(pem);
    if (key.asymmetricKeyType === "rsa" && pem.includes("BEGIN PUBLIC KEY")) return key;
  } catch {
    // What cannot be read is told below, as what is no RSA key is.
  }
  throw new DslError("wrong-argument", "argument 2 must be an RSA public key in PEM (BEGIN PUBLIC KEY)");
};

const rsa = (args: Arguments): string => {
  const [text, key] = [bufferOf(args.onlyText(0)), publicKey(args.onlyText(1))];
  try {
    return publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, text).toString("base64");
  } catch {
    throw new DslError("wrong-argument", "argument 1 is too long for the key");
  }
};

/** Helpers that encrypt. */
export const cipherHelpers: Readonly<Record<string, Helper>> = {
  aes_cbc: {
    signature: "(text, key, vector string) string",
    note: "the text encrypted with AES in CBC mode, padded as PKCS #7",
    arity: [3, 3],
    run: cbc,
  },
  aes_gcm: {
    signature: "(key, text string) string",
    note: "a random nonce of 12 bytes, then the text encrypted with AES in GCM mode, then its tag",
    arity: [2, 2],
    run: gcm,
  },
  rsa_encrypt: {
    signature: "(text, publicKey string) string",
    note: "the text encrypted with RSA (PKCS #1 v1.5), in base64",
    arity: [2, 2],
    run: rsa,
  },
};
