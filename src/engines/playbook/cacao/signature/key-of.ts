import { createHash, createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import type { Signature } from "./signature-shape.ts";
import type { TrustedKey } from "./trusted-key.ts";

/** The key that a signature says it is by, or why there is none here, in words for a person. */
export type FoundKey =
  | { readonly type: "key"; readonly key: KeyObject; readonly certificate: X509Certificate | undefined }
  | { readonly type: "invalid" | "unverified"; readonly reason: string };

/** The key of a signature. It is never fetched from anywhere: `cert_url` is unverified. */
export const keyOf = (signature: Signature, trusted: readonly TrustedKey[]): FoundKey => {
  if (signature.public_key !== undefined) return keyOfText(signature.public_key);
  if (signature.public_cert_chain !== undefined) return keyOfChain(signature.public_cert_chain);
  if (signature.thumbprint !== undefined) return keyOfThumbprint(signature.thumbprint, trusted);
  if (signature.cert_url === undefined) return { type: "invalid", reason: "it says no key" };
  return { type: "unverified", reason: "its certificate is behind cert_url, and nothing is fetched" };
};

const invalid = (reason: string): FoundKey => ({ type: "invalid", reason });

/** PEM, of which the header and footer are left out. */
const keyOfText = (text: string): FoundKey => {
  const der = derOf(text.replaceAll(/-----(?:BEGIN|END) (?:RSA )?PUBLIC KEY-----|\s+/g, ""));
  if (der === undefined) return invalid("its public_key is no base64");
  for (const type of ["spki", "pkcs1"] as const) {
    try {
      return { type: "key", key: createPublicKey({ key: der, format: "der", type }), certificate: undefined };
    } catch {
      continue;
    }
  }
  return invalid("its public_key is no public key");
};

const keyOfChain = (chain: readonly string[]): FoundKey => {
  const certificates: X509Certificate[] = [];
  for (const [at, text] of chain.entries()) {
    const certificate = certificateOf(text);
    if (certificate === undefined) return invalid(`public_cert_chain[${at}] is no certificate`);
    const issued = certificates.at(-1);
    if (issued !== undefined && !(issued.checkIssued(certificate) && issued.verify(certificate.publicKey))) {
      return invalid(`public_cert_chain[${at - 1}] is not issued by the next one`);
    }
    certificates.push(certificate);
  }
  const [certificate] = certificates;
  if (certificate === undefined) return invalid("its public_cert_chain is empty");
  return { type: "key", key: certificate.publicKey, certificate };
};

const certificateOf = (text: string): X509Certificate | undefined => {
  const der = derOf(text);
  if (der === undefined) return undefined;
  try {
    return new X509Certificate(der);
  } catch {
    return undefined;
  }
};

const derOf = (base64: string): Buffer | undefined =>
  /^[A-Za-z\d+/]+={0,2}$/.test(base64) ? Buffer.from(base64, "base64") : undefined;

/** Base64url SHA-256 of a certificate, or of a public key. */
const keyOfThumbprint = (thumbprint: string, trusted: readonly TrustedKey[]): FoundKey => {
  const known = trusted.find(({ key, certificate }) => {
    const prints = [
      key.export({ type: "spki", format: "der" }),
      ...(certificate === undefined ? [] : [certificate.raw]),
    ];
    return prints.some((der) => createHash("sha256").update(der).digest("base64url") === thumbprint.replace(/=$/, ""));
  });
  return known === undefined
    ? { type: "unverified", reason: "its thumbprint is that of no trusted key" }
    : { type: "key", key: known.key, certificate: known.certificate };
};
