import { systemClock } from "../../../base/clock.ts";
import type { DetectionClient } from "../../../client/index.ts";
import { exitCodeOf, isBad, isIncomplete, type FileVerdict } from "../../calls/files/file-verdict.ts";
import { inBatches, lookedAt, type LookedAt } from "../../calls/files/listed-files.ts";
import { openLocalLists } from "../../calls/files/open-local-lists.ts";
import { createSay } from "../../output/messages.ts";
import { createCounter } from "../../output/scan/progress.ts";
import { toStdout } from "../../output/stdout.ts";
import { fileJson, fileLine } from "../../output/verdict/verdict-text.ts";
import { exitCodes, type ExitCode } from "../../process/exit-codes.ts";
import { listenForInterrupt } from "../../process/interrupt.ts";
import { readConfig } from "../../process/read-config.ts";
import type { ConnectionFlags } from "../common-flags.ts";

export interface JudgeFlags extends ConnectionFlags {
  readonly allowIncomplete?: true;
}

type Batch = readonly LookedAt[];

/** What the cluster says of the files that this machine could not decide, beside those that it could, in their order. */
export type Ask = (detection: DetectionClient, files: Batch, signal: AbortSignal) => AsyncIterable<FileVerdict>;

/** Prints what is known of files as it comes, and keeps what the process has to end with. */
class Account {
  bad = 0;
  incomplete = 0;
  count = 0;
  readonly #json: boolean;
  readonly #tell: (count: number) => void;

  constructor({ json, quiet }: JudgeFlags) {
    this.#json = json === true;
    this.#tell = createCounter(systemClock, quiet === true, "files looked at");
  }

  async add(verdict: FileVerdict): Promise<void> {
    this.count += 1;
    this.bad += isBad(verdict) ? 1 : 0;
    this.incomplete += isIncomplete(verdict) ? 1 : 0;
    this.#tell(this.count);
    await toStdout(this.#json ? fileJson(verdict) : fileLine(verdict));
  }

  /** For people. */
  get summary(): string {
    const files = `${this.count} ${this.count === 1 ? "file" : "files"}`;
    return `${files}, ${this.bad} black or suspected of it, ${this.incomplete} unknown or not fully looked at`;
  }
}

const isDecided = (looked: LookedAt): looked is Exclude<LookedAt, { open: unknown }> => !("open" in looked);

/** Prints batches that are decided here as a whole. @returns the first one that is not */
const printDecided = async (batches: AsyncGenerator<Batch, void>, account: Account): Promise<Batch | undefined> => {
  for (;;) {
    const next = await batches.next();
    if (next.done === true) return undefined;
    if (!next.value.every(isDecided)) return next.value;
    for (const verdict of next.value) await account.add(verdict);
  }
};

const judge = async (
  batches: AsyncGenerator<Batch, void>,
  account: Account,
  flags: JudgeFlags,
  ask: (detection: DetectionClient, files: Batch) => AsyncIterable<FileVerdict>,
): Promise<void> => {
  const first = await printDecided(batches, account);
  if (first === undefined) return;
  const { connected } = await import("../../calls/connected.ts");
  await connected(flags, async ({ detection }) => {
    for await (const verdict of ask(detection, first)) await account.add(verdict);
    for await (const batch of batches) for await (const verdict of ask(detection, batch)) await account.add(verdict);
  });
};

/**
 * Judges the files at some paths: first by the lists of this machine; a connection is made, and the cluster asked, once there is a file
 * that is on none of them.
 *
 * @throws UsageError for a path where nothing is
 */
export const judgeFiles = async (paths: readonly string[], flags: JudgeFlags, ask: Ask): Promise<ExitCode> => {
  const { config } = readConfig(flags.config);
  const quiet = flags.quiet === true;
  const interrupt = listenForInterrupt(createSay(quiet));
  const { signal } = interrupt;
  const account = new Account(flags);
  const lists = await openLocalLists(config.detect.digest, systemClock);
  try {
    const batches = inBatches(lookedAt(paths, lists, signal));
    await judge(batches, account, flags, (detection, files) => ask(detection, files, signal));
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    lists?.close();
    interrupt.release();
  }
  if (signal.aborted) return exitCodes.interrupted;
  createSay(quiet || flags.json === true)(account.summary);
  return exitCodeOf(account, flags.allowIncomplete === true);
};
