import { type KeyObject, sign } from "node:crypto";
import canonicalize from "canonicalize";
import { idOf } from "./playbook-source.ts";

/** A playbook of the standard with a signature by an Ed25519 key over its canonical text. */
export const signedPlaybook = (
  playbook: Readonly<Record<string, unknown>>,
  { publicKey, privateKey }: { readonly publicKey: KeyObject; readonly privateKey: KeyObject },
): Readonly<Record<string, unknown>> => {
  const signature = {
    type: "jss",
    id: idOf("jss", "one"),
    created_by: idOf("identity", "signer"),
    created: "2026-01-01T00:00:00.000Z",
    modified: "2026-01-01T00:00:00.000Z",
    signee: "The SOC",
    related_to: playbook["id"],
    related_version: playbook["modified"],
    hash_algorithm: "sha256",
    algorithm: "Ed25519",
    public_key: publicKey.export({ type: "spki", format: "der" }).toString("base64"),
  };
  const text = canonicalize({ ...playbook, signatures: [signature] }) ?? "";
  const value = sign(null, Buffer.from(text), privateKey).toString("base64url");
  return { ...playbook, signatures: [{ ...signature, value }] };
};
