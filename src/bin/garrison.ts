#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { systemClock } from "../base/clock.ts";
import { asError } from "../base/errors.ts";
// The errors of the layers, not the layers: each command loads what it works with.
import { ScanActorError } from "../actors/scan/errors.ts";
import { ConfigError } from "../config/errors.ts";
import { ControlError } from "../control/errors.ts";
import { ScanError } from "../engines/scan/errors.ts";
import { StoreError } from "../store/index.ts";
import { addCommands } from "./commands/index.ts";
import { endProcess } from "./process/end-process.ts";
import { exitCodes, type ExitCode } from "./process/exit-codes.ts";
import { messageLine } from "./output/messages.ts";
import { UsageError } from "./process/usage-error.ts";
import { version } from "./process/version.ts";

/** Store errors that a person mends by pointing elsewhere, not by trying again. */
const storeUsage: ReadonlySet<string> = new Set([
  "corrupt",
  "newer-schema",
  "unsupported-filesystem",
  "unsupported-server",
  "denied",
]);

/** An operator token that is not there, or that others could have read. */
const tokenUsage: ReadonlySet<string> = new Set(["token-missing", "token-unsafe", "token-exists", "tls-unusable"]);

const isUsage = (error: Error): boolean =>
  error instanceof UsageError ||
  error instanceof ConfigError ||
  (error instanceof ControlError && tokenUsage.has(error.code)) ||
  (error instanceof ScanActorError && error.code === "invalid") ||
  (error instanceof ScanError && error.code !== "closed") ||
  (error instanceof StoreError && storeUsage.has(error.code));

const createProgram = (): Command =>
  new Command("garrison")
    .description("security work on supervised actors that loses nothing")
    .version(version)
    .exitOverride()
    .showSuggestionAfterError(false)
    .configureOutput({ outputError: (text, write) => write(`garrison: ${text.replace(/^error: /, "")}`) });

/** Whoever writes finds out by itself; without a listener, a reader that goes away would end the process with a stack trace. */
const outliveReaders = (): void => {
  process.stdout.on("error", () => undefined);
  process.stderr.on("error", () => undefined);
};

const main = async (): Promise<ExitCode> => {
  outliveReaders();
  let code: ExitCode = exitCodes.complete;
  try {
    const garrison = createProgram();
    await addCommands(garrison, process.argv.slice(2), (given) => {
      code = given;
    });
    await garrison.parseAsync();
    return code;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? exitCodes.complete : exitCodes.usage;
    const error = asError(thrown);
    const [first = "", ...more] = error.message.split("\n");
    process.stderr.write([messageLine(`garrison: ${first}`), ...more.map((line) => `  ${messageLine(line)}`)].join(""));
    return isUsage(error) ? exitCodes.usage : exitCodes.failed;
  }
};

endProcess(await main(), systemClock);
