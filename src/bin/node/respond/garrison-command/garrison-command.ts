import { z } from "zod";
import { DetectError } from "../../../../actors/detect/index.ts";
import { InterceptionError } from "../../../../actors/guard/index.ts";
import { ScanActorError } from "../../../../actors/scan/index.ts";
import type { Json } from "../../../../base/json.ts";
import { ControlError } from "../../../../control/index.ts";
import {
  CommandFailure,
  parseInput,
  type CommandOutput,
  type CommandTask,
  type NodeCommand,
} from "../../../../engines/playbook/node-commands/index.ts";
import { ScanError } from "../../../../engines/scan/index.ts";
import { StoreError } from "../../../../store/index.ts";
import { UsageError } from "../../../process/usage-error.ts";
import { parseBlockWords, parseUnblockWords } from "./block-words.ts";
import { findVerdict, type FindVerdictSetup } from "./find-verdict.ts";
import { orderBlock, orderUnblock, type OrderBlockSetup } from "./order-block.ts";
import { runScans, type RunScansSetup } from "./run-scans.ts";
import { parseScanWords } from "./scan-words.ts";
import { throughOutages } from "./through-outages.ts";
import { parseVerdictWords } from "./verdict-words.ts";

export interface GarrisonCommandSetup extends RunScansSetup, FindVerdictSetup, OrderBlockSetup {
  readonly atOnce: number;
  readonly timeoutMs: number;
}

const garrisonInput = z.object({ words: z.array(z.string().max(8_192)).min(1).max(1_000) });

/**
 * Commands of this system itself: `scan` starts scans, and waits for them if it is to; `verdict` asks what is known about a file; `block` has a
 * subject intercepted, and `unblock` no longer.
 */
export const garrisonCommand = (setup: GarrisonCommandSetup): NodeCommand => ({
  atOnce: setup.atOnce,
  timeoutMs: setup.timeoutMs,
  run: async (input: Json, task: CommandTask): Promise<CommandOutput> => {
    const [name = "", ...words] = parseInput(garrisonInput, input).words;
    switch (name) {
      case "scan": {
        const request = parseScanWords(words);
        return asFailure(() => runScans(setup, request, task.idempotencyKey, task.signal));
      }
      case "verdict": {
        const request = parseVerdictWords(words);
        const find = (): Promise<CommandOutput> => findVerdict(setup, request, task);
        return asFailure(() => throughOutages(setup.clock, task.signal, find));
      }
      case "block": {
        const request = parseBlockWords(words);
        return asFailure(() => orderBlock(setup, request, task));
      }
      case "unblock": {
        const subject = parseUnblockWords(words);
        return asFailure(() => orderUnblock(setup, subject, task));
      }
      default:
        throw new CommandFailure(
          "threw",
          `garrison knows no command ${JSON.stringify(name)}: use scan, verdict, block or unblock`,
        );
    }
  },
});

/** What a playbook, its event or the store is to blame for; anything else is a fault of ours. */
const asFailure = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ControlError && error.code === "out-of-scope") {
      throw new CommandFailure("refused", error.message, { cause: error });
    }
    const told = [ControlError, DetectError, InterceptionError, ScanError, ScanActorError, StoreError, UsageError].some(
      (type) => error instanceof type,
    );
    throw told && error instanceof Error ? new CommandFailure("threw", error.message, { cause: error }) : error;
  }
};
