import { readSecretFile } from "../../../control/index.ts";
import type { PlaybookSecrets } from "../../../engines/playbook/index.ts";
import { UsageError } from "../../process/usage-error.ts";

/** A secret by name, in a file of its own, for these playbooks or for all. */
export interface SecretFile {
  readonly name: string;
  readonly file: string;
  readonly playbooks?: readonly string[];
}

/**
 * The secrets of playbooks, by name, read from their files.
 * @throws UsageError for a file that is not there or empty, ControlError `token-unsafe` for one that others may use
 */
export const readSecrets = async (files: readonly SecretFile[]): Promise<PlaybookSecrets> =>
  Object.fromEntries(
    await Promise.all(
      files.map(
        async ({ name, file, ...permitted }) => [name, { value: await readSecret(name, file), ...permitted }] as const,
      ),
    ),
  );

/** @throws as `readSecrets` */
export const readSecret = async (name: string, file: string): Promise<string> => {
  const secret = await readSecretFile(file, `secret ${name}`);
  if (secret !== undefined && secret !== "") return secret;
  throw new UsageError(`there is no secret ${name} in ${file}: write it there, and run chmod 600 on the file`);
};
