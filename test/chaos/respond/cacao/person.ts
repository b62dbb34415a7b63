import { setTimeout as pause } from "node:timers/promises";
import { ClientError, type Run, type StepAnswer } from "../../../../src/client/index.ts";
import type { ActionServer } from "../action-server.ts";
import type { RespondCluster } from "../respond-cluster.ts";
import { allRuns } from "../run-views.ts";
import { valueOf } from "./effects.ts";
import { asked } from "./random-plan.ts";
import { httpPlaceOf } from "./step-places.ts";

const lookEveryMs = 200;

/**
 * A person who is asked by runs of CACAO playbooks. Gives the variables of manual steps values that follow from the question, and says of
 * steps whose outcome nobody knows what the server saw: what it answered or would have, or that the step is to be done. Answers also while
 * a run goes on with other steps.
 */
export class Person {
  readonly #cluster: RespondCluster;
  readonly #server: ActionServer;
  readonly #ended = new AbortController();
  readonly #working: Promise<void>;
  #manual = 0;
  #unknown = 0;
  readonly #asked = new Set<string>();

  constructor(cluster: RespondCluster, server: ActionServer) {
    this.#cluster = cluster;
    this.#server = server;
    this.#working = this.#work();
  }

  /** How many answers were accepted: for manual steps, and about outcomes that nobody knew. */
  get answers(): { readonly manual: number; readonly unknown: number } {
    return { manual: this.#manual, unknown: this.#unknown };
  }

  /** Runs that had to ask about an outcome. */
  get asked(): ReadonlySet<string> {
    return this.#asked;
  }

  /** Rejects with what went wrong. */
  async end(): Promise<void> {
    this.#ended.abort();
    await this.#working;
  }

  async #work(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      for (const run of await allRuns(this.#cluster, ["running", "waiting"])) await this.#answer(run);
      await pause(lookEveryMs);
    }
  }

  /** A call that fails is made again with the next look, if the run still asks. */
  async #answer({ id, question }: Run): Promise<void> {
    const asks = (question?.asks ?? []).filter(({ text }) => !text.startsWith(asked.ignored));
    if (asks.length === 0) return;
    const manual = asks.filter(({ kind }) => kind === "manual");
    const unknown = asks.filter(({ kind }) => kind === "unknown").map(({ step }) => step);
    if (unknown.length > 0) this.#asked.add(id);
    const answers: StepAnswer[] = manual.map(({ step, text, outArgs }) => ({
      step,
      done: Object.fromEntries(outArgs.map(({ name }) => [name, valueOf(text)])),
    }));
    if (unknown.length > 0) answers.push(...(await this.#outcomes(id, unknown)));
    const node = this.#cluster.nodes.find(({ isReady }) => isReady);
    try {
      const client = await node?.client();
      if (client === undefined) return;
      await client.runs.answer(id, answers);
      this.#manual += manual.length;
      this.#unknown += unknown.length;
    } catch (error) {
      if (node?.isReady === true && !(error instanceof ClientError)) throw error;
    }
  }

  /** Whatever the dead process had sent is in the server's log before that. */
  async #outcomes(run: string, unknown: readonly number[]): Promise<readonly StepAnswer[]> {
    await this.#server.caughtUp();
    const { steps } = await this.#cluster.ask((client) => client.runs.steps(run, { pageSize: 1_000 }));
    return steps
      .filter(({ n }) => unknown.includes(n))
      .map((step) => {
        const place = httpPlaceOf(run, step);
        const seen = this.#server.seen.find(
          (request) => request.run === run && request.stage === place?.stage && request.part === place.part,
        );
        if (seen === undefined) return { step: step.n, repeat: true };
        return { step: step.n, done: { text: seen.answer.body, truncated: false, facts: {} } };
      });
  }
}
