import { constants, createDecipheriv, generateKeyPair, privateDecrypt, type KeyObject } from "node:crypto";
import { promisify } from "node:util";

/** The key pair of a session: the server encrypts what it recorded, so that only we read it. */
export interface SessionKeys {
  /** PEM of the public key in base64, as servers take it. */
  readonly publicKey: string;
  /**
   * The ways to read one message: by counter mode, as servers encrypt now, and by cipher feedback, as they did until
   * 2025. Nothing in a message says which it is, but only one of them gives the JSON of an interaction.
   *
   * @param aesKey the AES key in base64, encrypted for the public key
   * @param message base64: 16 bytes of initialisation vector, then the text
   * @throws Error when the key is not for us or the message is too short
   */
  readings(aesKey: string, message: string): readonly [ctr: Buffer, cfb: Buffer];
}

const modulusBits = 2_048;
const ivBytes = 16;
const generate = promisify(generateKeyPair);

/** Makes a new RSA pair, in a thread of its own: about 100 ms. */
export const createSessionKeys = async (): Promise<SessionKeys> => {
  const { publicKey, privateKey } = await generate("rsa", { modulusLength: modulusBits });
  const der = publicKey.export({ type: "spki", format: "der" }).toString("base64");
  const lines = der.match(/.{1,64}/g) ?? [];
  // The label is not that of the content (an SPKI), but it is the one that interactsh's own client writes.
  const pem = ["-----BEGIN RSA PUBLIC KEY-----", ...lines, "-----END RSA PUBLIC KEY-----", ""].join("\n");
  return {
    publicKey: Buffer.from(pem).toString("base64"),
    readings: (aesKey, message) => decrypt(unwrap(privateKey, aesKey), Buffer.from(message, "base64")),
  };
};

const unwrap = (key: KeyObject, aesKey: string): Buffer =>
  privateDecrypt({ key, oaepHash: "sha256", padding: constants.RSA_PKCS1_OAEP_PADDING }, Buffer.from(aesKey, "base64"));

const decrypt = (key: Buffer, message: Buffer): readonly [Buffer, Buffer] => {
  if (message.length < ivBytes) throw new Error("the message is shorter than an initialisation vector");
  const [iv, text] = [message.subarray(0, ivBytes), message.subarray(ivBytes)];
  const bits = key.length * 8;
  const by = (mode: "ctr" | "cfb"): Buffer => {
    const decipher = createDecipheriv(`aes-${bits}-${mode}`, key, iv);
    return Buffer.concat([decipher.update(text), decipher.final()]);
  };
  return [by("ctr"), by("cfb")];
};
