import { createHash } from "node:crypto";
import { createGunzip } from "node:zlib";
import { asError } from "../../../base/errors.ts";
import { ByteBuffer } from "../byte-buffer.ts";
import { type BundleFile, bundleLimits } from "./bundle.ts";
import { decodeBundle, invalidBundle } from "./canonical.ts";

/**
 * Unpacks a bundle that may come from anywhere. It takes the event loop in small pieces only, and never more memory
 * than the limits say, whatever the bytes would grow to.
 *
 * @param hash what it has to be: SHA-256, 64 hexadecimal digits
 * @returns the files in the order of their paths; their contents share memory
 * @throws ScanError `invalid-bundle` when it is another one, damaged, or outside the limits
 */
export const unpackBundle = async (bytes: Uint8Array, hash: string): Promise<readonly BundleFile[]> => {
  if (bytes.length > bundleLimits.packedBytes) {
    throw invalidBundle(`the bundle has ${bytes.length} bytes packed; at most ${bundleLimits.packedBytes} are taken`);
  }
  const { canonical, digest } = await decompress(bytes);
  if (digest !== hash) throw invalidBundle(`the bundle is ${digest}, not ${hash.slice(0, 64)}`);
  return decodeBundle(canonical);
};

const decompress = (bytes: Uint8Array): Promise<{ readonly canonical: Buffer; readonly digest: string }> =>
  new Promise((resolve, reject) => {
    const gunzip = createGunzip({ chunkSize: 256 * 1024 });
    const canonical = new ByteBuffer();
    const digest = createHash("sha256");
    gunzip.on("data", (chunk: Buffer) => {
      digest.update(chunk);
      if (canonical.append(chunk, bundleLimits.unpackedBytes)) return;
      gunzip.destroy();
      reject(invalidBundle(`a bundle has at most ${bundleLimits.unpackedBytes} bytes unpacked`));
    });
    gunzip.once("end", () => resolve({ canonical: canonical.bytes(), digest: digest.digest("hex") }));
    gunzip.once("error", (thrown) =>
      reject(invalidBundle(`the bundle cannot be unpacked: ${asError(thrown).message}`)),
    );
    gunzip.end(bytes);
  });
