import { DetectError } from "../errors.ts";
import type { Digest } from "../views.ts";

/** Digests of one call. */
export const mostDigests = 1_000;

const shapes = { sha256: /^[0-9a-f]{64}$/, md5: /^[0-9a-f]{32}$/, sha1: /^[0-9a-f]{40}$/ } as const;

/** @throws DetectError `invalid`, naming the place */
export const checkDigests = (digests: readonly Digest[]): void => {
  if (digests.length > mostDigests) {
    throw new DetectError("invalid", `${digests.length} digests: ask for at most ${mostDigests} at once`);
  }
  for (const [at, { algorithm, hex }] of digests.entries()) {
    if (shapes[algorithm].test(hex)) continue;
    const digits = { sha256: 64, md5: 32, sha1: 40 }[algorithm];
    throw new DetectError("invalid", `digests[${at}]: use ${digits} lower-case hexadecimal digits for ${algorithm}`);
  }
};
