import { createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import { TrustedKeyError } from "../errors.ts";

/** A key that the owner of this system trusts. */
export interface TrustedKey {
  readonly name: string;
  readonly key: KeyObject;
  /** Its certificate, when it is known by one. */
  readonly certificate: X509Certificate | undefined;
}

/**
 * A trusted key from the text of its file: a PEM public key or certificate.
 *
 * @throws TrustedKeyError it is neither, or a private key
 */
export const readTrustedKey = (name: string, pem: string): TrustedKey => {
  const invalid = (what: string, cause?: unknown): TrustedKeyError =>
    new TrustedKeyError("invalid-key", `trusted key ${name}: ${what}`, { ids: { name }, cause });
  if (pem.includes("PRIVATE KEY"))
    throw invalid("its file holds a private key; take the public one, and keep that away");
  try {
    if (!pem.includes("BEGIN CERTIFICATE")) return { name, key: createPublicKey(pem), certificate: undefined };
    const certificate = new X509Certificate(pem);
    return { name, key: certificate.publicKey, certificate };
  } catch (thrown) {
    throw invalid("its file holds no public key and no certificate in PEM", thrown);
  }
};
