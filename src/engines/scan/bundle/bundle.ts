/** One file of a bundle. */
export interface BundleFile {
  /** Relative, `/` between its parts; see `pathProblem`. */
  readonly path: string;
  readonly content: Uint8Array;
}

/** Templates and what belongs to them as one piece that travels and is stored (SCAN-19). */
export interface PackedBundle {
  /** SHA-256 of the canonical form before compression, 64 hexadecimal digits: the bundle's name. */
  readonly hash: string;
  /** Compressed. */
  readonly bytes: Uint8Array;
}

/** Bounds on a bundle: bytes as it travels, bytes of its canonical form, files, characters of a path. */
export const bundleLimits = {
  packedBytes: 64 * 1024 * 1024,
  unpackedBytes: 256 * 1024 * 1024,
  files: 100_000,
  pathChars: 500,
} as const;

// Half of a surrogate pair has no UTF-8: two different paths would become one.
const notInPaths = /[\\\p{Cc}\p{Cs}]/u;

/** Why a path cannot stand in a bundle, or undefined: a bundle is never to name anything outside itself. */
export const pathProblem = (path: string): string | undefined => {
  if (path.length > bundleLimits.pathChars) return `is longer than ${bundleLimits.pathChars} characters`;
  if (notInPaths.test(path)) return "has a backslash, a control character or half of a surrogate pair";
  if (path.split("/").some((part) => part === "" || part === "." || part === "..")) {
    return 'must be relative and without empty, "." or ".." parts';
  }
  return undefined;
};
