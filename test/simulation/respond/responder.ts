import { RespondError, runHasEnded, type Answer, type Runs } from "../../../src/actors/respond/index.ts";
import type { RunRecord } from "../../../src/actors/respond/records/run-record.ts";
import { StoreError } from "../../../src/store/index.ts";
import type { World } from "../world.ts";
import type { FinalResponse } from "./final-response.ts";
import { givenName } from "./plan.ts";
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

/** Something that a person gave for a step, and that was taken. */
export interface Given {
  readonly runId: string;
  readonly n: number;
  readonly value: string;
}

type Row = readonly [id: string, run: RunRecord];

const longestPauseMs = 900;
const cancelChance = 0.2;
const cancelInsteadChance = 0.15;
const bothChance = 0.15;
const retryChance = 0.15;
const failedChance = 0.25;
const twiceChance = 0.15;
const partChance = 0.3;
const aheadChance = 0.5;
const mostCancels = 3;
const mostRetries = 2;

/** The person who answers questions of runs, truthfully, cancels some of them and repeats others. */
export class Responder {
  /** What was acknowledged. */
  readonly given: Given[] = [];
  readonly #setup: ResponderSetup;
  #values = 0;
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
      await this.#step([...now.runs], now);
    }
    this.#done = true;
  }

  async #step(rows: readonly Row[], now: FinalResponse): Promise<void> {
    const { world } = this.#setup;
    const asked = this.#oneOf(rows.filter(([, { question }]) => question !== undefined));
    if (asked !== undefined) {
      const [id, run] = asked;
      if (world.chance(bothChance)) await Promise.all([this.#answer(id, run), this.#cancel(id)]);
      else if (world.chance(cancelInsteadChance)) await this.#cancel(id);
      else await this.#answer(id, run);
      return;
    }
    const ahead = rows.filter(([id, { state }]) => state === "running" && manualSteps(now, id).length > 0);
    const told = world.chance(aheadChance) ? this.#oneOf(ahead) : undefined;
    if (told !== undefined) {
      await this.#give(told[0], this.#some(manualSteps(now, told[0])));
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
    const { unknown = [], manual = [] } = question ?? {};
    if (manual.length > 0 && (unknown.length === 0 || world.chance(0.5))) return this.#give(id, this.#some(manual));
    const answers = unknown.map((step): Answer => {
      if (site.happened({ runId: id, n: step })) return { step, outcome: "done", output: step };
      if (world.chance(failedChance)) return { step, outcome: "failed", message: "it was refused" };
      return { step, outcome: "repeat" };
    });
    // What nobody answers is seen anew, and answered by what is true then.
    const answered = await this.#tried(() => runs.answer(id, answers));
    if (answered !== undefined) for (const { outcome } of answers) world.count(`branch: answered ${outcome}`);
  }

  /** Says what was done by hand, and now and then a second time, differently. */
  async #give(id: string, steps: readonly number[]): Promise<void> {
    const once = (): Promise<void> => this.#giveOnce(id, steps);
    await (this.#setup.world.chance(twiceChance) ? Promise.all([once(), once()]) : once());
  }

  async #giveOnce(id: string, steps: readonly number[]): Promise<void> {
    const { world, runs } = this.#setup;
    const given = steps.map((n): Given => ({ runId: id, n, value: `v${(this.#values += 1)}` }));
    const answers = given.map(({ n, value }): Answer => ({
      ...{ step: n, outcome: "done", output: { [givenName]: value } },
    }));
    if ((await this.#tried(() => runs.answer(id, answers))) === undefined) return;
    this.given.push(...given);
    world.tell("given", given);
    world.count("branch: answered given");
  }

  /** All of them, or one. */
  #some(steps: readonly number[]): readonly number[] {
    const { world } = this.#setup;
    const one = steps[world.random.below(steps.length)];
    return one !== undefined && world.chance(partChance) ? [one] : steps;
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

/** Steps of a run that a person is to do. */
const manualSteps = ({ steps }: FinalResponse, runId: string): readonly number[] =>
  [...steps].flatMap(([name, { n, by, end }]) =>
    name.startsWith(`${runId}/`) && by === "person" && end === undefined ? [n] : [],
  );
