import { systemClock } from "../../../base/clock.ts";
import { asError } from "../../../base/errors.ts";
import { systemRandom } from "../../../base/random.ts";
import type { GarrisonClient } from "../../../client/index.ts";
import { bundleFilesOf, packBundle } from "../../../engines/scan/index.ts";
import { callNodeLong } from "../../calls/call-node.ts";
import { exitCodes, type ExitCode } from "../../process/exit-codes.ts";
import { jsonLine } from "../../output/text/json-text.ts";
import { createSay, messageLine, type Say } from "../../output/messages.ts";
import { createCounter } from "../../output/scan/progress.ts";
import { toStdout } from "../../output/stdout.ts";
import { submitScans, type SubmitSetup, type Submitted } from "../../calls/submit-scans.ts";
import type { ListedTarget } from "../../calls/target-list.ts";
import { UsageError } from "../../process/usage-error.ts";
import type { ConnectionFlags } from "../common-flags.ts";
import { loadSupported, sayRefused } from "../load-supported.ts";
import type { RequestFlags } from "./request-flags.ts";
import { scanOptionsOf } from "./scan-options.ts";
import type { TargetFlags } from "./target-flags.ts";
import { checkTargetFlags, emptyLists, targetsOf } from "./targets.ts";
import { selectionOf, type TemplateFlags } from "./template-flags.ts";

/** What `scan submit` takes. */
export interface SubmitFlags extends ConnectionFlags, TargetFlags, TemplateFlags, RequestFlags {
  readonly priority?: number;
}

const placeOf = ({ target, line }: ListedTarget): string => (line === undefined ? target : `${target} (line ${line})`);

/** What was acknowledged, and where to go on. */
class Account {
  taken = 0;
  stored = 0;
  #lastLine: number | undefined;
  failure: Error | undefined;
  readonly #say: Say;

  constructor(say: Say) {
    this.#say = say;
  }

  add(submitted: Submitted): void {
    this.taken += 1;
    if (submitted.outcome === "stored") {
      this.stored += 1;
      this.#lastLine = submitted.line ?? this.#lastLine;
      return;
    }
    this.failure ??= submitted.error;
    const how = submitted.outcome === "refused" ? "was not submitted" : `may have been submitted, as ${submitted.id}`;
    process.stderr.write(messageLine(`${placeOf(submitted)} ${how}: ${submitted.error.message}`));
  }

  close(): void {
    if (this.stored === 0 && this.failure !== undefined) return;
    const to = this.#lastLine === undefined ? "" : `, the last one of line ${this.#lastLine}`;
    this.#say(`${this.stored} ${this.stored === 1 ? "scan" : "scans"} submitted${to}`);
  }
}

/** What each of the scans has in common. */
type Work = Pick<SubmitSetup, "bundle" | "options" | "priority">;

const prepare = async (flags: SubmitFlags, say: Say): Promise<Work> => {
  checkTargetFlags(flags);
  const options = scanOptionsOf(flags);
  const { files, refused } = await loadSupported(flags.templates, { selection: selectionOf(flags) });
  sayRefused(refused, files.length, say);
  return { bundle: packBundle(bundleFilesOf(files)), options, priority: flags.priority };
};

const submit = async (
  client: GarrisonClient,
  work: Work,
  flags: SubmitFlags,
  { say, signal }: { readonly say: Say; readonly signal: AbortSignal },
): Promise<ExitCode> => {
  const account = new Account(say);
  // On a terminal the ids themselves show how far it is.
  const count = createCounter(systemClock, flags.quiet === true || process.stdout.isTTY, "scans submitted");
  const setup = { ...work, client, signal, say, clock: systemClock, random: systemRandom };
  try {
    for await (const one of submitScans((ended) => targetsOf(flags, ended), setup)) {
      account.add(one);
      if (one.outcome !== "stored") continue;
      const { id, target, line } = one;
      await toStdout(flags.json === true ? jsonLine({ id, target, line }) : `${id}\n`);
      count(account.stored);
    }
  } catch (thrown) {
    account.failure ??= asError(thrown);
  }
  if (account.taken === 0 && !signal.aborted) account.failure ??= new UsageError(emptyLists);
  account.close();
  if (signal.aborted) return exitCodes.interrupted;
  if (account.failure !== undefined) throw account.failure;
  return exitCodes.complete;
};

/** Hands a scan of each target to a cluster and prints their ids. */
export const submitTargets = async (flags: SubmitFlags): Promise<ExitCode> => {
  const say = createSay(flags.quiet === true);
  const work = await prepare(flags, say);
  return callNodeLong(flags, (client, signal) => submit(client, work, flags, { say, signal }));
};
