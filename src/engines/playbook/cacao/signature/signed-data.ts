import { createHash } from "node:crypto";
import canonicalize from "canonicalize";

/** One way to read the standard's `sign(algorithm, key, hash(jcs(…)))`. */
export interface SignedData {
  readonly data: Uint8Array;
  /** Instead of the algorithm's own hash. */
  readonly digest: string | undefined;
  /** What is signed, for people. */
  readonly name: string;
}

/**
 * The text that a signature signs (Appendix A): the playbook with this signature alone, which has neither its `value` nor a countersignature,
 * in the canonical form of RFC 8785. A countersignature stands in all that it signs.
 *
 * @param chain the signature, from the one in `signatures` inwards to it, as they stand in the file
 * @throws Error what has no canonical form: it is too deep, or a text in it is not Unicode
 */
export const signedText = (playbook: object, chain: readonly object[]): string => {
  const signature = chain.reduceRight<object | undefined>((inner, each) => {
    if (inner !== undefined) return { ...each, signature: inner };
    return Object.fromEntries(Object.entries(each).filter(([key]) => key !== "value" && key !== "signature"));
  }, undefined);
  return canonicalize({ ...playbook, signatures: [signature] }) ?? "";
};

/**
 * What is signed, by each of the readings that signers have: the canonical text, as by RFC 7515 (the algorithm hashes it); the text with the
 * named hash in the place of the algorithm's; the hash, as bytes, and as hexadecimal text, as the example of the standard has it.
 *
 * @param hash as node:crypto names it
 */
export const readingsOf = (text: string, hash: string): readonly SignedData[] => {
  const bytes = Buffer.from(text);
  const hashed = createHash(hash).update(bytes).digest();
  return [
    { data: bytes, digest: undefined, name: "the canonical text" },
    { data: bytes, digest: hash, name: `the canonical text, hashed with ${hash}` },
    { data: hashed, digest: undefined, name: `the ${hash} hash of the canonical text` },
    { data: Buffer.from(hashed.toString("hex")), digest: undefined, name: `the ${hash} hash in hexadecimal` },
  ];
};
