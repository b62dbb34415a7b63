import { RespondError, runHasEnded, type Answer, type Runs } from "../../../src/actors/respond/index.ts";
import type { RunRecord } from "../../../src/actors/respond/records/run-record.ts";
import { StoreError } from "../../../src/store/index.ts";
import type { World } from "../world.ts";
import type { FinalResponse } from "./final-response.ts";
import type { Site } from "./site.ts";

export interface ResponderSetup {
  readonly world: World;
  readonly runs: Runs;
  readonly site: Site;
  /** What there is to do: where to look is not what is simulated. */
  readonly look: () => Promise<FinalResponse>;
  /** Whether there is nothing left to be answered, now that nothing goes wrong any more. */
  readonly isOver: (now: FinalResponse) => boolean;
}

type Row = readonly [id: string, run: RunRecord];

const longestPauseMs = 900;
const cancelChance = 0.2;
const cancelInsteadChance = 0.15;
const bothChance = 0.15;
const retryChance = 0.15;
const failedChance = 0.25;
const mostCancels = 3;
const mostRetries = 2;

/** The person who answers questions of runs, truthfully, cancels some of them and repeats others. */
export class Responder {
  readonly #setup: ResponderSetup;
  #cancels = 0;
  #retries = 0;
  #done = false;

  constructor(setup: ResponderSetup) {
    this.#setup = setup;
    void this.#work();
  }

  /** Everything has ended. */
  get done(): boolean {
    return this.#done;
  }

  async #work(): Promise<void> {
    const { world, look, isOver } = this.#setup;
    for (;;) {
      await new Promise<void>((resolve) => world.after(1 + world.random.below(longestPauseMs), resolve));
      const now = await look();
      if (world.healthy && isOver(now)) break;
      await this.#step([...now.runs]);
    }
    this.#done = true;
  }

  async #step(rows: readonly Row[]): Promise<void> {
    const { world } = this.#setup;
    const asked = this.#oneOf(rows.filter(([, { state }]) => state === "waiting"));
    if (asked !== undefined) {
      const [id, run] = asked;
      if (world.chance(bothChance)) await Promise.all([this.#answer(id, run), this.#cancel(id)]);
      else if (world.chance(cancelInsteadChance)) await this.#cancel(id);
      else await this.#answer(id, run);
      return;
    }
    const going = this.#oneOf(rows.filter(([, { state }]) => !runHasEnded(state)));
    if (going !== undefined && this.#cancels < mostCancels && world.chance(cancelChance)) {
      this.#cancels += 1;
      await this.#cancel(going[0]);
      return;
    }
    const ended = this.#oneOf(rows.filter(([, { state }]) => runHasEnded(state)));
    if (ended === undefined || world.healthy || this.#retries >= mostRetries || !world.chance(retryChance)) return;
    this.#retries += 1;
    await this.#retry(ended[0]);
  }

  /** Says of each step what the site knows of it. */
  async #answer(id: string, { question }: RunRecord): Promise<void> {
    const { world, runs, site } = this.#setup;
    const answers = (question?.steps ?? []).map((step): Answer => {
      if (site.happened({ runId: id, n: step })) return { step, outcome: "done", output: step };
      if (world.chance(failedChance)) return { step, outcome: "failed", message: "it was refused" };
      return { step, outcome: "repeat" };
    });
    // What nobody answers is seen anew, and answered by what is true then.
    const answered = await this.#tried(() => runs.answer(id, answers));
    if (answered !== undefined) for (const { outcome } of answers) world.count(`branch: answered ${outcome}`);
  }

  async #cancel(id: string): Promise<void> {
    const { world, runs } = this.#setup;
    if ((await this.#untilAnswered(() => runs.cancel(id))) === true) world.count("branch: run cancelled");
  }

  async #retry(id: string): Promise<void> {
    const { world, runs } = this.#setup;
    if ((await this.#untilAnswered(() => runs.retry(id))) !== undefined) world.count("branch: run retried");
  }

  async #untilAnswered<Result>(call: () => Promise<Result>): Promise<Result | undefined> {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (error instanceof RespondError) return undefined;
        if (!(error instanceof StoreError && error.retryable)) throw error;
      }
    }
  }

  async #tried<Result>(call: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await call();
    } catch (error) {
      if (error instanceof RespondError || (error instanceof StoreError && error.retryable)) return undefined;
      throw error;
    }
  }

  #oneOf(rows: readonly Row[]): Row | undefined {
    return rows[this.#setup.world.random.below(Math.max(1, rows.length))];
  }
}
