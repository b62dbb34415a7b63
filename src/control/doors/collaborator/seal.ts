import { constants, createCipheriv, createPublicKey, publicEncrypt, type KeyObject } from "node:crypto";
import type { Random } from "../../../base/random.ts";

const keyBytes = 32;
const ivBytes = 16;
const mostKeyChars = 8_192;

/** Encrypts what a session's owner alone may read. */
export interface Seal {
  /** The AES key in base64, encrypted for the owner. */
  readonly wrappedKey: string;
  /** Base64 of an initialisation vector and the text, encrypted in counter mode as interactsh's server does. */
  seal(text: string): string;
}

/**
 * @param publicKey base64 of a PEM with an RSA key of 2,048 to 4,096 bits
 * @returns undefined when it is none
 */
export const createSeal = (publicKey: string, random: Random): Seal | undefined => {
  const owner = readPublicKey(publicKey);
  if (owner === undefined) return undefined;
  const key = randomBytes(random, keyBytes);
  const padding = { oaepHash: "sha256", padding: constants.RSA_PKCS1_OAEP_PADDING };
  return {
    wrappedKey: publicEncrypt({ key: owner, ...padding }, key).toString("base64"),
    seal: (text) => {
      const iv = randomBytes(random, ivBytes);
      const cipher = createCipheriv("aes-256-ctr", key, iv);
      return Buffer.concat([iv, cipher.update(text, "utf8"), cipher.final()]).toString("base64");
    },
  };
};

/** Clients label the PEM as PKCS #1 though it holds an SPKI: the content decides. */
const readPublicKey = (text: string): KeyObject | undefined => {
  if (text.length > mostKeyChars) return undefined;
  const pem = Buffer.from(text, "base64").toString("latin1");
  const [, content = ""] = /-----BEGIN [A-Z ]+-----([A-Za-z0-9+/=\s]+)-----END /.exec(pem) ?? [];
  try {
    const key = createPublicKey({ key: Buffer.from(content, "base64"), format: "der", type: "spki" });
    const bits = key.asymmetricKeyType === "rsa" ? (key.asymmetricKeyDetails?.modulusLength ?? 0) : 0;
    return bits >= 2_048 && bits <= 4_096 ? key : undefined;
  } catch {
    return undefined;
  }
};

const randomBytes = (random: Random, count: number): Buffer =>
  Buffer.from(Array.from({ length: count }, () => random.below(256)));
