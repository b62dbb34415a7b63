import { X509Certificate } from "node:crypto";
import { UsageError } from "../../process/usage-error.ts";
import { readTextFile } from "./read-text-file.ts";

const mostBytes = 1024 * 1024;
const certificate = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/**
 * The certificates of `respond.https.ca`, PEM; none without a file.
 * @throws UsageError for a file that cannot be read, or that holds none or a broken one
 */
export const readAuthorities = async (file: string | undefined): Promise<readonly string[]> => {
  if (file === undefined) return [];
  const found = (await readTextFile("respond.https.ca", file, mostBytes)).match(certificate) ?? [];
  if (found.length === 0) throw new UsageError(`respond.https.ca: ${file} has no certificate in PEM`);
  for (const [at, text] of found.entries()) {
    try {
      new X509Certificate(text);
    } catch (thrown) {
      throw new UsageError(`respond.https.ca: certificate ${at + 1} of ${file} cannot be read`, { cause: thrown });
    }
  }
  return found;
};
