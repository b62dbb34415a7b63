import { createHash, generateKeyPairSync, sign, X509Certificate } from "node:crypto";
import canonicalize from "canonicalize";
import { readTrustedKey, type TrustedKey } from "../../../src/engines/playbook/cacao/signature/trusted-key.ts";
import { TestAuthority } from "../certificates.ts";
import { action, idOf, playbookOf } from "../cacao/playbook-source.ts";
import { type Entry, keyCase, type KeyCase, to } from "./key-case.ts";

const pair = generateKeyPairSync("ed25519");
const der = pair.publicKey.export({ type: "spki", format: "der" });
/** The key that the cases trust. */
export const trustedKey = readTrustedKey("ours", pair.publicKey.export({ type: "spki", format: "pem" }).toString());

const playbook = playbookOf("tested", { steps: { a: action("a") } });
const fields: Entry = {
  type: "jss",
  id: idOf("jss", "signature"),
  signee: "ACME",
  created: "2026-01-01T00:00:00.000Z",
  modified: "2026-01-01T00:00:00.000Z",
  related_to: playbook["id"],
  related_version: playbook["modified"],
  hash_algorithm: "sha-256",
  algorithm: "Ed25519",
};
const byKey: Entry = { public_key: der.toString("base64") };

const byOurs = (text: Buffer): Buffer => sign(null, text, pair.privateKey);

/** The fields with a signature over the playbook and them. */
const signed = (all: Entry, signer: (text: Buffer) => Buffer = byOurs): Entry => {
  const text = canonicalize({ ...playbook, signatures: [all] }) ?? "";
  return { ...all, value: signer(Buffer.from(text)).toString("base64url") };
};

/** A key of a signature, which is made again over the mutant, so that nothing but the key counts. */
const signatureCase = (key: string, shows: string, more: Entry, into?: unknown): KeyCase => {
  const all = { ...fields, ...more };
  const mutate = (): unknown => {
    const entries = Object.entries(all).filter(([name]) => name !== key);
    return [signed(into === undefined ? Object.fromEntries(entries) : { ...all, [key]: into })];
  };
  return keyCase(`signature / ${key}`, { ...playbook, signatures: [signed(all)] }, ["signatures"], shows, { mutate });
};
const trusted = '"state":"trusted"';

export const signatureCases: readonly KeyCase[] = [
  keyCase(
    "playbook / signatures",
    { ...playbook, signatures: [signed({ ...fields, ...byKey })] },
    ["signatures"],
    trusted,
  ),
  signatureCase("type", trusted, byKey, "other"),
  signatureCase("id", String(fields["id"]), byKey, idOf("jss", "other")),
  signatureCase("revoked", '"state":"invalid"', { ...byKey, revoked: true }),
  signatureCase("signee", '"signee":"ACME"', byKey, "someone"),
  signatureCase("valid_from", '"state":"invalid"', { ...byKey, valid_from: "2099-01-01T00:00:00Z" }),
  signatureCase("valid_until", '"state":"invalid"', { ...byKey, valid_until: "2026-02-01T00:00:00Z" }),
  signatureCase("related_to", trusted, byKey, idOf("playbook", "other")),
  signatureCase("related_version", trusted, byKey, "2026-02-02T00:00:00.000Z"),
  signatureCase("hash_algorithm", trusted, byKey, "md5"),
  signatureCase("algorithm", trusted, byKey, "ES256"),
  signatureCase(
    "public_key",
    trusted,
    byKey,
    generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "der" }).toString("base64"),
  ),
  signatureCase(
    "thumbprint",
    trusted,
    { thumbprint: createHash("sha256").update(der).digest("base64url") },
    "A".repeat(43),
  ),
  keyCase(
    "signature / value",
    { ...playbook, signatures: [signed({ ...fields, ...byKey })] },
    ["signatures", 0, "value"],
    trusted,
    { mutate: to("A".repeat(86)) },
  ),
];

/** A signature by a certificate, and the key that it is trusted for. Its mutant names another certificate. */
export const certificateCase = async (): Promise<{ readonly one: KeyCase; readonly trusted: TrustedKey }> => {
  const authority = await TestAuthority.create();
  const { cert, key } = await authority.issue("garrison://garrison/node/signer");
  const other = await authority.issue("garrison://garrison/node/other");
  const signer = (text: Buffer): Buffer => sign("sha256", text, { key, dsaEncoding: "ieee-p1363" });
  const by = (pem: string): Entry =>
    signed(
      { ...fields, algorithm: "ES256", public_cert_chain: [new X509Certificate(pem).raw.toString("base64")] },
      signer,
    );
  return {
    one: keyCase("signature / public_cert_chain", { ...playbook, signatures: [by(cert)] }, ["signatures"], trusted, {
      mutate: to([by(other.cert)]),
    }),
    trusted: readTrustedKey("signer", cert),
  };
};
