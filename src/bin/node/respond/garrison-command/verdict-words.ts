import { parseArgs } from "node:util";
import type { Digest } from "../../../../actors/detect/index.ts";
import { asError } from "../../../../base/errors.ts";
import { CommandFailure } from "../../../../engines/playbook/node-commands/index.ts";

/** What `verdict` asks for. */
export interface VerdictRequest {
  readonly digest: Digest;
  /** A verdict is made where there is none that holds and the sample is here; the command ends when it is. */
  readonly wait: boolean;
}

const usage = "verdict SHA256|MD5|SHA1 [--wait]";
const algorithms = new Map<number, Digest["algorithm"]>([
  [64, "sha256"],
  [40, "sha1"],
  [32, "md5"],
]);

/**
 * Reads what follows the word `verdict`.
 * @throws CommandFailure
 */
export const parseVerdictWords = (words: readonly string[]): VerdictRequest => {
  const { values, positionals } = parsed(words);
  const [given, ...more] = positionals;
  if (given === undefined || more.length > 0) {
    throw new CommandFailure("threw", `verdict names ${positionals.length} digests, not one: ${usage}`);
  }
  const hex = given.toLowerCase();
  const algorithm = algorithms.get(hex.length);
  if (algorithm === undefined || !/^[0-9a-f]+$/.test(hex)) {
    throw new CommandFailure("threw", `${JSON.stringify(given.slice(0, 80))} is no digest: ${usage}, in hexadecimal`);
  }
  return { digest: { algorithm, hex }, wait: values.wait ?? false };
};

const parsed = (words: readonly string[]) => {
  try {
    return parseArgs({ args: [...words], allowPositionals: true, options: { wait: { type: "boolean" } } });
  } catch (thrown) {
    throw new CommandFailure("threw", `${asError(thrown).message} Use ${usage}`, { cause: thrown });
  }
};
