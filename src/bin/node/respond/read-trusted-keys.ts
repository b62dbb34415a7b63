import type { Config } from "../../../config/index.ts";
import { readTrustedKey, type TrustedKey } from "../../../engines/playbook/cacao/index.ts";
import { PlaybookError } from "../../../engines/playbook/index.ts";
import { UsageError } from "../../process/usage-error.ts";
import { readTextFile } from "./read-text-file.ts";

const mostBytes = 64 * 1024;

/**
 * The keys whose signatures count, read from their files.
 * @throws UsageError for a file that cannot be read, or holds neither a public key nor a certificate
 */
export const readTrustedKeys = (trusted: Config["respond"]["signatures"]["trusted"]): Promise<readonly TrustedKey[]> =>
  Promise.all(
    trusted.map(async ({ name, keyFile }) => {
      const key = `respond.signatures.trusted, ${name}`;
      const pem = await readTextFile(key, keyFile, mostBytes);
      try {
        return readTrustedKey(name, pem);
      } catch (error) {
        if (error instanceof PlaybookError) throw new UsageError(`${key}: ${keyFile}: ${error.message}`, error);
        throw error;
      }
    }),
  );
