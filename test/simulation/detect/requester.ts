import { DetectError, Verdicts, type CentreSetup } from "../../../src/actors/detect/index.ts";
import { Policy } from "../../../src/actors/detect/library/policy.ts";
import { sampleChanges } from "../../../src/actors/detect/samples/sample-changes.ts";
import { Tasks } from "../../../src/actors/detect/tasks/tasks.ts";
import { defaultTaskPriority } from "../../../src/actors/detect/work.ts";
import { StoreError } from "../../../src/store/index.ts";
import type { World } from "../world.ts";
import type { PlannedSubmission } from "./plan.ts";

/** A submission that was taken. */
export interface Acknowledged {
  readonly taskId: string;
  readonly url: string;
}

const source = "requester";
const longestFirstMs = 3_000;
const longestPauseMs = 1_200;
const askChance = 0.5;

/**
 * Someone who wants verdicts: each submission is repeated until it is taken, and now and then he asks for what is known, so that old verdicts
 * are made anew. The bytes are everywhere: what is simulated is who decides about them.
 */
export class Requester {
  readonly acknowledged: Acknowledged[] = [];
  readonly #world: World;
  readonly #setup: CentreSetup;
  readonly #tasks: Tasks;
  readonly #verdicts: Verdicts;
  #done = false;

  constructor(world: World, setup: CentreSetup, submissions: readonly PlannedSubmission[]) {
    const { space, clock, random, addressOf, settings } = setup;
    this.#world = world;
    this.#setup = setup;
    this.#tasks = new Tasks({
      ...{ space, clock, random, addressOf, policy: new Policy(settings) },
      deadlineMs: settings.deadlineMs,
    });
    this.#verdicts = new Verdicts(setup);
    void this.#submitAll(submissions);
  }

  get done(): boolean {
    return this.#done;
  }

  async #submitAll(submissions: readonly PlannedSubmission[]): Promise<void> {
    const { random } = this.#world;
    // Of the first submissions a few come before any detector is there.
    await new Promise<void>((resolve) => this.#world.after(random.below(longestFirstMs), resolve));
    for (const submission of submissions) {
      await new Promise<void>((resolve) => this.#world.after(random.below(longestPauseMs), resolve));
      const taskId = await this.#untilAnswered(() => this.#submit(submission));
      this.acknowledged.push({ taskId, url: submission.url });
      if (!this.#world.chance(askChance)) continue;
      const digests = submissions.map(({ object }) => ({ algorithm: "sha256", hex: object.sha256 }) as const);
      await this.#untilAnswered(() => this.#verdicts.check(digests, { scan: true, source }));
    }
    this.#done = true;
  }

  async #submit({ object, taskType, url }: PlannedSubmission): Promise<string> {
    const { space, node, clock, settings } = this.#setup;
    const { sha256, md5, sha1, bytes } = object;
    const known = { sha256, md5, sha1, size: bytes.length };
    const by = { node, taskType, storedAtMs: clock.wallMs(), retainMs: settings.retainMs };
    const started = await this.#tasks.start(
      { ...known, taskType, requester: { source, callbackUrl: url }, priority: defaultTaskPriority },
      () => sampleChanges(space, known, by),
    );
    if (started.status === "refused") throw new DetectError("busy", `${sha256} was not taken`, { retryable: true });
    this.#world.count(`branch: detection task ${started.status}`);
    return started.taskId;
  }

  async #untilAnswered<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        const isRetryable = (error instanceof StoreError || error instanceof DetectError) && error.retryable;
        if (!isRetryable) throw error;
        this.#world.count("branch: detection submission repeated");
      }
    }
  }
}
