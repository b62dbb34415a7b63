import { Policy } from "../library/policy.ts";
import { readOffers, readVerdict } from "../records/read.ts";
import type { Requester } from "../records/task-record.ts";
import { DetectError, type DetectErrorCode } from "../errors.ts";
import type { CentreSetup } from "../setup.ts";
import { callbackAdd } from "../tasks/callback-add.ts";
import { changeUntilApplied } from "../tasks/change-until-applied.ts";
import { Tasks } from "../tasks/tasks.ts";
import { defaultTaskPriority, sha256Shape } from "../work.ts";
import { sampleChanges, sampleGone } from "./sample-changes.ts";
import type { ReceivedSample } from "./sample-files.ts";
import { checkSubmission, type Submission } from "./submission.ts";

export interface Submitted {
  readonly sha256: string;
  /** The task that has decided, or that is to decide. */
  readonly taskId: string;
  /** A verdict that holds was there, or its task was under way: no new one was started. */
  readonly known: boolean;
}

/** A node that has just started has announced no detector yet: a submission waits for one so long at most. */
const longestWaitMs = 5_000;
/** Why a sample that cannot be read is lost. */
const losses: ReadonlyMap<DetectErrorCode, string> = new Map([
  ["corrupt", "its file had other bytes than it was stored with, and was removed"],
  ["not-found", "its file is gone from the disk"],
]);

/** The sample library, as far as this node has it. */
export class Samples {
  readonly #setup: CentreSetup;
  readonly #policy: Policy;
  readonly #tasks: Tasks;

  constructor(setup: CentreSetup) {
    const { space, clock, random, addressOf, settings } = setup;
    this.#setup = setup;
    this.#policy = new Policy(settings);
    this.#tasks = new Tasks({
      ...{ space, clock, random, addressOf, policy: this.#policy },
      deadlineMs: settings.deadlineMs,
    });
  }

  /**
   * Stores a sample and starts the task that decides about it, unless a verdict holds. It is on the disk and in the store when this resolves.
   * @param chunks its bytes
   * @throws DetectError `invalid`, `too-large`, `quota`, `corrupt` (not the bytes that were expected), `busy`; StoreError
   */
  async submit(given: Submission, chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<Submitted> {
    const submission = checkSubmission(given);
    const received = await this.#setup.files.receive(chunks, signal);
    try {
      const { sha256 } = received;
      const expected = submission.expectedSha256 ?? sha256;
      if (sha256 !== expected) {
        const message = `the bytes have the SHA-256 ${sha256}, not ${expected}: they changed on the way, or while they were read`;
        throw new DetectError("corrupt", message, { ids: { sha256, expected } });
      }
      await this.#untilOffered(submission);
      return await received.keep(() => this.#start(submission, received));
    } finally {
      await received.discard();
    }
  }

  /**
   * The bytes of a sample of this node, in chunks of at most 64 KiB.
   * @throws DetectError `invalid`; `not-found` before the first chunk; `corrupt` after the last one
   */
  async *read(sha256: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    if (!sha256Shape.test(sha256)) throw new DetectError("invalid", "sha256: use 64 lower-case hexadecimal digits");
    try {
      yield* this.#setup.files.read(sha256, signal);
    } catch (error) {
      const why = error instanceof DetectError ? losses.get(error.code) : undefined;
      if (why !== undefined) await this.#lost(sha256, why);
      throw error;
    }
  }

  /** Until the library knows it, the next one who reads says so again. */
  async #lost(sha256: string, why: string): Promise<void> {
    const { space, node, settings, files } = this.#setup;
    const loss = { why, toldForMs: settings.retainMs };
    await files.lose(sha256, () =>
      changeUntilApplied(space, `sample ${sha256}`, async () => ({
        changes: await sampleGone(space, sha256, node, loss),
        value: undefined,
      })),
    );
  }

  async #untilOffered({ taskType }: Submission): Promise<void> {
    const { space, clock, settings } = this.#setup;
    const untilMs = clock.monotonicMs() + Math.min(settings.missingGraceMs, longestWaitMs);
    for (let seen = await space.revision(); ;) {
      if ((await this.#tasks.requirementFor(taskType)).length > 0) return;
      const leftMs = untilMs - clock.monotonicMs();
      if (leftMs <= 0) return;
      seen = await space.changed(seen, leftMs);
    }
  }

  async #start(submission: Submission, received: ReceivedSample): Promise<Submitted> {
    const { space, clock, node, settings, files } = this.#setup;
    const { taskType, source, callbackUrl, priority = defaultTaskPriority, name } = submission;
    const { sha256, md5, sha1, size } = received;
    const object = { sha256, md5, sha1, size };
    const by = { node, taskType, storedAtMs: clock.wallMs(), retainMs: settings.retainMs };
    const stored = () => sampleChanges(space, object, by);
    const requester: Requester = { source, ...(callbackUrl === undefined ? {} : { callbackUrl }) };
    const decided = await changeUntilApplied(space, `sample ${sha256}`, async () => {
      const taskId = await this.#decidedBy(sha256, submission);
      if (taskId === undefined) return { changes: [], value: undefined };
      const told = callbackUrl === undefined ? [] : [callbackAdd(sha256, taskId, callbackUrl)];
      return { changes: [...(await stored()), ...told], value: taskId };
    });
    if (decided !== undefined) return { sha256, taskId: decided, known: true };
    const request = { ...object, taskType, requester, priority, ...(name === undefined ? {} : { name }) };
    const start = await this.#tasks.start(request, stored);
    await files.touch(sha256);
    if (start.status === "refused")
      throw new DetectError("busy", `sample ${sha256} was not taken`, { retryable: true });
    return { sha256, taskId: start.taskId, known: start.status === "joined" };
  }

  /** The task of a verdict that holds, and that need not be tried again. */
  async #decidedBy(sha256: string, { taskType }: Submission): Promise<string | undefined> {
    const { space, clock } = this.#setup;
    const offers = await readOffers(space);
    const entry = (await readVerdict(space, sha256))?.value.types[taskType];
    if (entry === undefined || this.#policy.isStale(taskType, entry, offers)) return undefined;
    return this.#policy.couldRetry(entry, clock.wallMs()) ? undefined : entry.taskId;
  }
}
