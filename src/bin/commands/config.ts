import type { Command } from "commander";
import { ConfigError, configValue, variableOf, type ConfigProblem, type LoadedConfig } from "../../config/index.ts";
import { exitCodes, type ExitCode } from "../process/exit-codes.ts";
import { jsonLine, terminalSafe } from "../output/text/json-text.ts";
import { readConfig } from "../process/read-config.ts";
import { toStdout } from "../output/stdout.ts";

interface Flags {
  readonly config?: string;
  readonly json?: true;
  readonly quiet?: true;
}

/** Every key with its value and where it came from, in the order of the schema. */
const entriesOf = ({ config, sources }: LoadedConfig): readonly (readonly [string, unknown, string])[] =>
  [...sources].map(([path, source]) => [path, configValue(config, path) ?? null, source]);

const print = async (flags: Flags): Promise<ExitCode> => {
  const entries = entriesOf(readConfig(flags.config));
  if (flags.json === true) {
    const object = Object.fromEntries(entries.map(([path, value, source]) => [path, { value, source }]));
    await toStdout(jsonLine(object));
    return exitCodes.complete;
  }
  const lines = entries.map(([path, value, source]) => [`${path}: ${JSON.stringify(value)}`, source] as const);
  const width = Math.max(...lines.map(([text]) => text.length));
  await toStdout(lines.map(([text, source]) => `${terminalSafe(`${text.padEnd(width)}  # ${source}`)}\n`).join(""));
  return exitCodes.complete;
};

const problemsOf = (flags: Flags): ConfigError | undefined => {
  try {
    readConfig(flags.config);
    return undefined;
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
};

const check = async (flags: Flags): Promise<ExitCode> => {
  const error = problemsOf(flags);
  const problems: readonly ConfigProblem[] = error?.problems ?? [];
  if (flags.json === true) await toStdout(jsonLine({ valid: error === undefined, problems }));
  else if (error !== undefined) process.stderr.write(`garrison: ${error.message}\n`);
  else if (flags.quiet !== true) process.stderr.write("the configuration is valid\n");
  return error === undefined ? exitCodes.complete : exitCodes.usage;
};

export const addConfig = (program: Command, onExit: (code: ExitCode) => void): void => {
  const config = program
    .command("config")
    .description("what this machine's nodes would run with")
    .copyInheritedSettings(program);
  config
    .command("print")
    .description(
      `show every key with its value and where it came from (environment: ${variableOf("scan.probes")} and so on)`,
    )
    .option("--config <file>", "YAML")
    .option("--json", "one JSON object")
    .option("--quiet", "nothing on standard error but errors")
    .action(async (flags: Flags) => onExit(await print(flags)));
  config
    .command("check")
    .description("list every problem of the configuration; exit code 2 if there is one")
    .option("--config <file>", "YAML")
    .option("--json", "one JSON object")
    .option("--quiet", "nothing on standard error but errors")
    .action(async (flags: Flags) => onExit(await check(flags)));
};
