import { printable } from "../../../../base/printable.ts";
import { algorithmOf, fits, hashOf } from "./algorithms.ts";
import { type FoundKey, keyOf } from "./key-of.ts";
import type { SignatureReport } from "./signature-report.ts";
import { parseSignature, type Signature } from "./signature-shape.ts";
import { readingsOf, signedText } from "./signed-data.ts";
import type { TrustedKey } from "./trusted-key.ts";

export type { SignatureReport, SignatureState } from "./signature-report.ts";
export type { TrustedKey } from "./trusted-key.ts";

/** Signatures of a playbook that are verified, and those inside each other. More are unverified: each costs the time of the whole file. */
const mostSignatures = 16;
const mostInside = 4;

/**
 * Verifies the signatures of a playbook by section 10.15 and Appendix A of CACAO v2.0. Never reaches out: a key behind `cert_url` is
 * unverified.
 *
 * @param raw the parsed file
 * @param nowMs milliseconds since 1970, for the dates of signatures
 * @returns one report for each entry of `signatures`, in their order; none without signatures
 */
export const verifySignatures = (
  raw: unknown,
  trusted: readonly TrustedKey[],
  nowMs: number,
): readonly SignatureReport[] => {
  if (!isObject(raw) || raw["signatures"] === undefined) return [];
  const { signatures } = raw;
  const entries: readonly unknown[] = Array.isArray(signatures) ? signatures : [signatures];
  return entries.map((entry, at) => {
    const place = `signatures[${at}]`;
    if (at < mostSignatures) return reportOf(raw, [entry], place, trusted, nowMs);
    return { ...described(entry, place), ...verdict("unverified", `only ${mostSignatures} signatures are verified`) };
  });
};

type Playbook = Readonly<Record<string, unknown>>;
type Verdict = Pick<SignatureReport, "state" | "reason" | "key">;

const verdict = (state: SignatureReport["state"], reason: string, key?: string): Verdict => ({ state, reason, key });

const isObject = (value: unknown): value is Playbook =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** @param chain the signature, from the one in `signatures` inwards to it */
const reportOf = (
  playbook: Playbook,
  chain: readonly unknown[],
  place: string,
  trusted: readonly TrustedKey[],
  nowMs: number,
): SignatureReport => {
  const raw = chain.at(-1);
  const inner = isObject(raw) ? raw["signature"] : undefined;
  const innerPlace = `${place}.signature`;
  const countersignature =
    inner === undefined
      ? undefined
      : chain.length > mostInside
        ? { ...described(inner, innerPlace), ...verdict("unverified", `it is deeper than ${mostInside} others`) }
        : reportOf(playbook, [...chain, inner], innerPlace, trusted, nowMs);
  return { ...described(raw, place), ...verdictOf(playbook, chain, trusted, nowMs), countersignature };
};

/** What a signature says of itself. */
const described = (
  raw: unknown,
  place: string,
): Pick<SignatureReport, "id" | "signee" | "algorithm" | "countersignature"> => {
  const textOf = (key: string): string => {
    const value = isObject(raw) ? raw[key] : undefined;
    return typeof value === "string" ? printable(value, 200) : "";
  };
  const id = textOf("id");
  return {
    id: id === "" ? place : id,
    signee: textOf("signee"),
    algorithm: textOf("algorithm"),
    countersignature: undefined,
  };
};

const verdictOf = (
  playbook: Playbook,
  chain: readonly unknown[],
  trusted: readonly TrustedKey[],
  nowMs: number,
): Verdict => {
  const signature = parseSignature(chain.at(-1));
  if (typeof signature === "string") return verdict("invalid", signature);
  const problem = subjectProblem(signature, playbook) ?? dateProblem(signature, nowMs);
  if (problem !== undefined) return verdict("invalid", problem);
  const found = keyOf(signature, trusted);
  if (found.type !== "key") return verdict(found.type, found.reason);
  return verdictOfKey(signature, found, playbook, chain.filter(isObject), trusted, nowMs);
};

const verdictOfKey = (
  signature: Signature,
  found: FoundKey & { readonly type: "key" },
  playbook: Playbook,
  chain: readonly Playbook[],
  trusted: readonly TrustedKey[],
  nowMs: number,
): Verdict => {
  const algorithm = algorithmOf(signature.algorithm);
  if (algorithm === undefined) return verdict("unverified", `${printable(signature.algorithm)} is not supported`);
  const hash = hashOf(signature.hash_algorithm);
  if (hash === undefined) return verdict("unverified", `${printable(signature.hash_algorithm)} is not supported`);
  const keyProblem = algorithm.keyProblem(found.key);
  if (keyProblem !== undefined) return verdict("invalid", keyProblem);
  const value = Buffer.from(signature.value, "base64url");
  if (value.toString("base64url") !== signature.value.replace(/=+$/, "")) {
    return verdict("invalid", "its value is no base64url");
  }
  const text = canonicalText(playbook, chain);
  if (text === undefined) return verdict("invalid", "the playbook has no canonical form");
  const reading = readingsOf(text, hash).find(({ data, digest }) => {
    const isOwnHash = digest === undefined || algorithm.digest === null;
    return fits(algorithm, isOwnHash ? algorithm.digest : digest, data, found.key, value);
  });
  if (reading === undefined) return verdict("invalid", "it is not one of this playbook by its key");
  const known = trusted.find(({ key }) => key.equals(found.key));
  if (known !== undefined) return verdict("trusted", `it signs ${reading.name}`, known.name);
  const { certificate } = found;
  if (certificate !== undefined && !isCurrent(certificate, nowMs)) {
    return verdict("unverified", "its certificate is not valid at this time");
  }
  return verdict("valid", `it signs ${reading.name}, by a key that is not trusted`);
};

const isCurrent = (
  { validFrom, validTo }: { readonly validFrom: string; readonly validTo: string },
  nowMs: number,
): boolean => Date.parse(validFrom) <= nowMs && nowMs <= Date.parse(validTo);

const canonicalText = (playbook: Playbook, chain: readonly Playbook[]): string | undefined => {
  try {
    return signedText(playbook, chain);
  } catch {
    return undefined;
  }
};

/** Why a signature is not about this playbook. */
const subjectProblem = (signature: Signature, playbook: Playbook): string | undefined => {
  if (signature.related_to !== playbook["id"]) return "its related_to names another playbook";
  const { modified } = playbook;
  const isSame = typeof modified === "string" && Date.parse(signature.related_version) === Date.parse(modified);
  return isSame ? undefined : "its related_version names another version of the playbook";
};

const dateProblem = (
  { revoked, valid_from: from, valid_until: until }: Signature,
  nowMs: number,
): string | undefined => {
  if (revoked === true) return "it is revoked";
  if (from !== undefined && Date.parse(from) > nowMs) return `it is valid from ${from}`;
  return until !== undefined && Date.parse(until) <= nowMs ? `it was valid until ${until}` : undefined;
};
