import { readSecretFile } from "../../control/index.ts";
import { UsageError } from "../process/usage-error.ts";

/** A secret by name, in a file of its own. */
export interface SecretFile {
  readonly name: string;
  readonly file: string;
}

/**
 * The secrets of a list of the config.
 * @throws UsageError for a file that is not there or empty, ControlError `token-unsafe` for one that others may use
 */
export const readSecrets = async (files: readonly SecretFile[]): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries(
    await Promise.all(files.map(async ({ name, file }) => [name, await readSecret(name, file)] as const)),
  );

/** @throws as `readSecrets` */
export const readSecret = async (name: string, file: string): Promise<string> => {
  const secret = await readSecretFile(file, `secret ${name}`);
  if (secret !== undefined && secret !== "") return secret;
  throw new UsageError(`there is no secret ${name} in ${file}: write it there, and run chmod 600 on the file`);
};
