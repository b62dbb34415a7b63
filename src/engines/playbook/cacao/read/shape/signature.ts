import { z } from "zod";
import { flag, identifier, text, timestamp } from "./common.ts";
import { objectOf, type Properties, shown, supported } from "./property.ts";

const keys = ["public_key", "public_cert_chain", "cert_url", "thumbprint"] as const;

/** A signature (10.15). Whether it is right is another matter (signature/). */
export const signatureProperties = {
  type: supported(z.literal("jss"), ""),
  id: supported(identifier, ""),
  created_by: shown(identifier.optional(), ""),
  created: shown(timestamp, ""),
  modified: shown(timestamp, ""),
  revoked: supported(flag.optional(), "a revoked signature is no good one"),
  signee: supported(text, "shown with the playbook"),
  valid_from: supported(timestamp.optional(), ""),
  valid_until: supported(timestamp.optional(), ""),
  related_to: supported(identifier, "has to be the playbook's `id`"),
  related_version: supported(timestamp, "has to be the playbook's `modified`"),
  hash_algorithm: supported(text, "`sha-256`, `sha-384` and `sha-512`"),
  algorithm: supported(text, "RS, PS and ES with 256, 384 and 512, Ed25519, Ed448; XMSS and LMS stay unverified"),
  public_key: supported(text.optional(), ""),
  public_cert_chain: supported(z.array(text).min(1).optional(), ""),
  cert_url: shown(text.optional(), "never fetched: the signature stays unverified"),
  thumbprint: supported(text.optional(), "of a trusted certificate"),
  value: supported(text, ""),
  signature: shown(z.unknown().optional(), "a signature over this one: its state is shown, and decides nothing"),
} satisfies Properties;

export const signatureShape = objectOf(signatureProperties).refine(
  (written) => keys.filter((key) => written[key] !== undefined).length === 1,
  { message: `needs exactly one of ${keys.join(", ")}` },
);
