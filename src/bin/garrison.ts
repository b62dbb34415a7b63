#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { systemClock } from "../base/clock.ts";
import { asError } from "../base/errors.ts";
import { ScanActorError } from "../actors/scan/index.ts";
import { ConfigError } from "../config/index.ts";
import { ControlError } from "../control/index.ts";
import { ScanError } from "../engines/scan/index.ts";
import { StoreError } from "../store/index.ts";
import { addAudit } from "./commands/audit.ts";
import { addClusterCommands } from "./commands/cluster/index.ts";
import { addConfig } from "./commands/config.ts";
import { addNode } from "./commands/node.ts";
import { addScanCommands } from "./commands/scan/index.ts";
import { addTemplateValidate } from "./commands/template-validate.ts";
import { addUp } from "./commands/up.ts";
import { endProcess } from "./end-process.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { messageLine } from "./messages.ts";
import { UsageError } from "./usage-error.ts";
import { version } from "./version.ts";

/** Store errors that a person mends by pointing elsewhere, not by trying again. */
const storeUsage: ReadonlySet<string> = new Set(["corrupt", "newer-schema", "unsupported-filesystem"]);

/** An operator token that is not there, or that others could have read. */
const tokenUsage: ReadonlySet<string> = new Set(["token-missing", "token-unsafe"]);

const isUsage = (error: Error): boolean =>
  error instanceof UsageError ||
  error instanceof ConfigError ||
  (error instanceof ControlError && tokenUsage.has(error.code)) ||
  (error instanceof ScanActorError && error.code === "invalid") ||
  (error instanceof ScanError && error.code !== "closed") ||
  (error instanceof StoreError && storeUsage.has(error.code));

const program = (onExit: (code: ExitCode) => void): Command => {
  const garrison = new Command("garrison")
    .description("security work on supervised actors that loses nothing")
    .version(version)
    .exitOverride()
    .showSuggestionAfterError(false)
    .configureOutput({ outputError: (text, write) => write(`garrison: ${text.replace(/^error: /, "")}`) });
  const group = (name: string, description: string): Command =>
    garrison.command(name).description(description).copyInheritedSettings(garrison);
  addUp(garrison, onExit);
  addNode(garrison, onExit);
  addScanCommands(group("scan", "scan websites, here or on a cluster"), onExit);
  addTemplateValidate(group("template", "work with scan templates"), onExit);
  addClusterCommands(group("cluster", "look after a running cluster"), onExit);
  addAudit(garrison, onExit);
  addConfig(garrison, onExit);
  return garrison;
};

/** Whoever writes finds out by itself; without a listener, a reader that goes away would end the process with a stack trace. */
const outliveReaders = (): void => {
  process.stdout.on("error", () => undefined);
  process.stderr.on("error", () => undefined);
};

const main = async (): Promise<ExitCode> => {
  outliveReaders();
  let code: ExitCode = exitCodes.complete;
  try {
    const garrison = program((given) => {
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
