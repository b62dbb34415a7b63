import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { type BundleFile, bundleLimits, type PackedBundle } from "./bundle.ts";
import { encodeBundle, invalidBundle } from "./canonical.ts";

/**
 * Packs files under the hash of their paths and contents. Their order makes no difference, and neither does the
 * compressor: the hash is that of the form before compression.
 *
 * @throws ScanError `invalid-bundle` for a path that cannot stand in a bundle or stands there twice, and over the limits
 */
export const packBundle = (files: readonly BundleFile[]): PackedBundle => {
  const canonical = Buffer.concat(encodeBundle(files));
  const bytes = gzipSync(canonical);
  if (bytes.length > bundleLimits.packedBytes) {
    throw invalidBundle(`the bundle has ${bytes.length} bytes packed; at most ${bundleLimits.packedBytes} are taken`);
  }
  return { hash: createHash("sha256").update(canonical).digest("hex"), bytes };
};
