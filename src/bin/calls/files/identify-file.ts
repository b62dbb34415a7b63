import { createHash } from "node:crypto";
import { asError } from "../../../base/errors.ts";
import type { Found } from "./find-files.ts";
import { readSteadily } from "./steady-file.ts";

/** What a file is called by its bytes. */
export interface FileIdentity {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** In lower-case hexadecimal, as the others. */
  readonly sha256: string;
  readonly sha1: string;
  readonly md5: string;
}

/** What could not be looked at, and why. */
export interface Unseen {
  readonly path: string;
  readonly skipped: string;
}

/** Reads a file once, for its digests. Never rejects. */
export const identifyFile = async (found: Found): Promise<FileIdentity | Unseen> => {
  if ("skipped" in found) return found;
  const { path } = found;
  const hashes = { sha256: createHash("sha256"), sha1: createHash("sha1"), md5: createHash("md5") };
  let size = 0;
  try {
    for await (const chunk of readSteadily(path)) {
      size += chunk.length;
      for (const hash of Object.values(hashes)) hash.update(chunk);
    }
  } catch (error) {
    return { path, skipped: asError(error).message };
  }
  const [sha256, sha1, md5] = [hashes.sha256.digest("hex"), hashes.sha1.digest("hex"), hashes.md5.digest("hex")];
  return { path, size, sha256, sha1, md5 };
};
