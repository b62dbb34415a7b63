import { mkdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { type Command, Option } from "commander";
import { stringify } from "yaml";
import { asError } from "../../../base/errors.ts";
import { systemRandom } from "../../../base/random.ts";
import { createCallerToken, operatorName } from "../../../control/access/index.ts";
import { ControlError } from "../../../control/errors.ts";
import { callerNameShape, roles, type Role } from "../../../wire/index.ts";
import { jsonLine } from "../../output/text/json-text.ts";
import { toStdout } from "../../output/stdout.ts";
import { exitCodes } from "../../process/exit-codes.ts";
import { readConfig } from "../../process/read-config.ts";
import { UsageError } from "../../process/usage-error.ts";
import { type OnExit, type OutputFlags, withOutputFlags } from "../common-flags.ts";

interface Flags extends OutputFlags {
  readonly name: string;
  readonly role: Role;
  readonly file?: string;
  readonly config?: string;
}

/** Beside the operator token, unless the flags say where. */
const fileOf = async ({ name, file, config }: Flags): Promise<string> => {
  if (file !== undefined) return resolve(file);
  const folder = dirname(readConfig(config).config.control.tokenFile);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return join(folder, `token-${name}`);
};

const checkName = (name: string): void => {
  if (name === operatorName) throw new UsageError(`--name ${name}: it is the caller of control.tokenFile`);
  if (callerNameShape.test(name)) return;
  throw new UsageError("--name: use 1 to 63 of A-Z a-z 0-9 . _ @ -, a letter or digit first");
};

export const addTokenCreate = (token: Command, onExit: OnExit): void => {
  withOutputFlags(
    token
      .command("create")
      .description("make a token for a caller of the nodes, in a file of its own, and print its entry for the config")
      .requiredOption("--name <name>", "who will call with it, for the audit log")
      .addOption(new Option("--role <role>", "what it may do").choices(roles).makeOptionMandatory())
      .option("--file <file>", "where it is written (default: beside control.tokenFile)")
      .option("--config <file>", "the config file, for control.tokenFile"),
  ).action(async (flags: Flags) => {
    const { name, role } = flags;
    checkName(name);
    const file = await fileOf(flags);
    await createCallerToken(file, systemRandom).catch((error: unknown) => {
      throw error instanceof ControlError ? error : new UsageError(`--file: ${asError(error).message}`, error);
    });
    const entry = { name, role, file };
    await toStdout(flags.json === true ? jsonLine(entry) : stringify({ control: { tokens: [entry] } }));
    onExit(exitCodes.complete);
  });
};
