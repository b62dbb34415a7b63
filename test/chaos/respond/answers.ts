import { setTimeout as pause } from "node:timers/promises";
import type { Run } from "../../../src/client/index.ts";
import type { Caller } from "../caller.ts";
import type { ActionServer } from "./action-server.ts";
import { stepOf } from "./request-checks.ts";
import { allRuns, stepsOfRun } from "./run-views.ts";

const lookEveryMs = 300;
const answersAtOnce = 8;

export interface AnswererSetup {
  /** Of so many runs that ask something one gets no answer. */
  readonly leavesOneOf: number;
  /**
   * For so long at most a node hangs that others took for dead: its actions may go on meanwhile, and are not repeated before it is back or gone
   * (docs/operations.md).
   */
  readonly hangsMs: number;
}

/** A person who is asked by runs: leaves one of so many of them unanswered, and answers the others, whatever they ask and however often. */
export class Answerer {
  /** Runs that have asked, and whether they are answered. */
  readonly asked = new Map<string, boolean>();
  readonly #cluster: Caller;
  readonly #server: ActionServer;
  readonly #setup: AnswererSetup;
  /** When each question was seen first, on `performance.now`. */
  readonly #seenAtMs = new Map<string, number>();
  readonly #ended = new AbortController();
  readonly #working: Promise<void>;
  #questions = 0;

  constructor(cluster: Caller, server: ActionServer, setup: AnswererSetup) {
    this.#cluster = cluster;
    this.#server = server;
    this.#setup = setup;
    this.#working = this.#work();
    // Whoever ends it hears of it.
    this.#working.catch(() => undefined);
  }

  /** Questions that were answered, and those that were left. */
  get questions(): number {
    return this.#questions + this.left.size;
  }

  /** Runs that go on waiting. */
  get left(): ReadonlySet<string> {
    return new Set([...this.asked].filter(([, answered]) => !answered).map(([run]) => run));
  }

  /** Rejects with what went wrong. */
  async end(): Promise<void> {
    this.#ended.abort();
    await this.#working;
  }

  async #work(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      const waiting = await allRuns(this.#cluster, ["waiting"]).catch(saying("the list of waiting runs is missing"));
      for (const { id } of waiting) {
        const isLeft = (this.asked.size + 1) % this.#setup.leavesOneOf === 0;
        if (!this.asked.has(id)) this.asked.set(id, !isLeft);
      }
      const answered = waiting.filter(({ id }) => this.asked.get(id) === true).values();
      const answerInTurn = async (): Promise<void> => {
        for (const run of answered) await this.#answer(run);
      };
      await Promise.all(Array.from({ length: answersAtOnce }, answerInTurn));
      await pause(lookEveryMs);
    }
  }

  /**
   * Says of each step that is asked about what the server saw: it had its effect, or it is to be done. Whatever the dead process had sent
   * is in the server's log before that. A call that fails is made again with the next look, if the run still asks.
   */
  async #answer({ id, question }: Run): Promise<void> {
    await this.#server.caughtUp();
    const had = new Map(this.#server.seen.map((request) => [stepOf(request), request.answer.body]));
    const all = await stepsOfRun(this.#cluster, id).catch(saying(`the steps of ${id} are missing`));
    const steps = all.filter(({ n }) => question?.steps.includes(n) === true);
    const answers = steps.map((step) =>
      had.has(stepOf(step))
        ? { step: step.n, done: had.get(stepOf(step)) ?? "" }
        : { step: step.n, repeat: true as const },
    );
    const key = `${id} ${question?.steps.join() ?? ""}`;
    if (answers.some((answer) => "repeat" in answer) && !this.#isOver(key)) return;
    // Whether it is heard or not: what is asked next is another question, about what the repeated step came to.
    this.#seenAtMs.delete(key);
    const answered = await this.#cluster.askOnce((client) => client.runs.answer(id, answers).then(() => true));
    if (answered === true) this.#questions += 1;
  }

  /** Whoever hung when a question was asked is back or gone. */
  #isOver(question: string): boolean {
    const nowMs = performance.now();
    const seenAtMs = this.#seenAtMs.get(question) ?? nowMs;
    this.#seenAtMs.set(question, seenAtMs);
    return nowMs - seenAtMs >= this.#setup.hangsMs;
  }
}

const saying =
  (what: string) =>
  (cause: unknown): never => {
    throw new Error(what, { cause });
  };
