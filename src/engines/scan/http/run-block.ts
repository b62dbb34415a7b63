import { OverBudgetError } from "../operators/budget.ts";
import type { BlockRun } from "../run/block-run.ts";
import { urlValues } from "../target/target-values.ts";
import { Turns } from "../turns.ts";
import type { Value } from "../value/value.ts";
import type { HttpBlockPlan } from "./block-plan.ts";
import { ResponseHistory } from "./history.ts";
import { IteratedValues } from "./iteration.ts";
import type { Pipelining } from "./http-request.ts";
import { type ReadyRequest, type RequestCase, RequestRunner } from "./request-runner.ts";

/** Combinations of payloads at once where the template does not say. */
const defaultThreads = 25;
/** Requests that are sent before the first of their responses is judged, and bytes of all their bodies together. */
const mostAtOnce = 1_000;
const bytesAtOnce = 128 * 1024 * 1024;
const noValues: ReadonlyMap<string, Value> = new Map();

type Payload = Readonly<Record<string, Value>>;

/**
 * Sends the requests of a block, each made when it is its turn. What became of them is in the run's tally.
 *
 * @throws only what `admit` throws
 */
export const runHttpBlock = async (plan: HttpBlockPlan, run: BlockRun): Promise<void> => {
  const { target, services, tally } = run;
  if (plan.selfContained) {
    if (!services.enabled.selfContained) {
      return tally.error(target.text, "disabled", "requests that bring their own targets are not enabled");
    }
  } else if (target.url === undefined) {
    return tally.error(target.text, "protocol", "an http request needs a target that is a URL");
  }
  if (plan.preCondition !== undefined && target.url !== undefined) {
    try {
      if (!(await plan.preCondition.holds(target.url, run))) return;
    } catch (thrown) {
      if (!(thrown instanceof OverBudgetError)) throw thrown;
      return tally.error(target.text, "judging-timeout", thrown.message);
    }
  }
  const atOnce = plan.race > 0 ? "race" : plan.pipelining === undefined ? undefined : "pipeline";
  if (atOnce !== undefined && run.oneAtATime) {
    const message = `${atOnce} sends several requests at once, which the limit on requests under way does not permit`;
    return tally.failed(target.text, "disabled", message);
  }
  const block = new BlockSending(plan, run);
  if (plan.race > 0) await block.race();
  else if (plan.pipelining !== undefined) await block.pipeline(plan.pipelining);
  else await block.inTurn();
};

class BlockSending {
  readonly #plan: HttpBlockPlan;
  readonly #run: BlockRun;
  readonly #runner: RequestRunner;
  /** Requests that ask to be sent once, and were; all combinations look back at their responses. */
  readonly #done = new Set<number>();
  readonly #onceHistory: ResponseHistory;
  readonly #iterated = new IteratedValues();
  #satisfied = false;

  constructor(plan: HttpBlockPlan, run: BlockRun) {
    this.#plan = plan;
    this.#run = run;
    this.#runner = new RequestRunner(plan, run);
    this.#onceHistory = new ResponseHistory(plan.lookedBack);
  }

  #isOver(): boolean {
    return this.#satisfied || this.#run.signal.aborted;
  }

  /** The requests with the first combination of payloads, then with the second; several combinations at once. */
  async inTurn(): Promise<void> {
    const { payloads, serial, threads } = this.#plan;
    if (payloads === undefined) return this.#combination({});
    const inLine = serial || this.#run.oneAtATime || (threads === undefined && this.#run.stopAtFirstMatch);
    const width = Math.min(inLine ? 1 : (threads ?? defaultThreads), payloads.count);
    const combinations = this.#combinations();
    // Requests that cannot be sent are not waited for.
    const turns = new Turns(this.#run.services.clock);
    const step = async (): Promise<boolean> => {
      await turns.next();
      const next = await combinations.next();
      if (next.done === true) return false;
      await this.#combination(next.value);
      return !this.#isOver();
    };
    const lane = async (): Promise<void> => {
      let goesOn = true;
      while (goesOn) goesOn = await step();
    };
    // What is sent once, such as a login, is done before all others.
    const hasOnce = this.#plan.sources.some(({ once }) => once);
    if (hasOnce && !(await step())) return;
    await Promise.all(Array.from({ length: width }, lane));
  }

  /** The one request many times at the same moment. */
  async race(): Promise<void> {
    const [source] = this.#plan.sources;
    if (source === undefined) return;
    const history = new ResponseHistory(this.#plan.lookedBack);
    for await (const payloads of this.#combinations()) {
      const ready: ReadyRequest[] = [];
      for (let count = 0; count < this.#plan.race && !this.#isOver(); count += 1) {
        const made = await this.#runner.make({ ...one(source, payloads), number: 1, history });
        if (made !== undefined) ready.push(made);
      }
      return this.#together(ready, (requests) => this.#run.sender.race(requests, this.#runner.context));
    }
  }

  /** As many requests at a time as the connections hold. */
  async pipeline(pipelining: Pipelining): Promise<void> {
    const most = Math.min(pipelining.connections * pipelining.perConnection, mostAtOnce);
    const history = new ResponseHistory(this.#plan.lookedBack);
    const send = (requests: readonly ReadyRequest["request"][]): ReturnType<BlockRun["sender"]["pipelined"]> =>
      this.#run.sender.pipelined(requests, pipelining, this.#runner.context);
    const turns = new Turns(this.#run.services.clock);
    let ready: ReadyRequest[] = [];
    for await (const payloads of this.#combinations()) {
      await turns.next();
      for (const [at, source] of this.#plan.sources.entries()) {
        if (this.#isOver()) return;
        if (this.#isDone(at)) continue;
        const made = await this.#runner.make({ ...one(source, payloads), number: at + 1, history });
        if (made !== undefined) ready.push(made);
        if (ready.length < most) continue;
        await this.#together(ready, send);
        ready = [];
      }
    }
    if (!this.#isOver()) await this.#together(ready, send);
  }

  async #together(
    ready: readonly ReadyRequest[],
    send: (requests: readonly ReadyRequest["request"][]) => ReturnType<BlockRun["sender"]["pipelined"]>,
  ): Promise<void> {
    for (const ofOrigin of byOrigin(ready)) {
      const maxBytes = Math.floor(bytesAtOnce / ofOrigin.length);
      const outcomes = await send(
        ofOrigin.map(({ request }) => ({ ...request, maxBytes: Math.min(request.maxBytes ?? maxBytes, maxBytes) })),
      );
      for (const [at, outcome] of outcomes.entries()) {
        const request = ofOrigin[at];
        if (request === undefined) continue;
        const { matched } = await this.#runner.settle(request, outcome);
        if (matched && this.#run.stopAtFirstMatch) this.#satisfied = true;
      }
    }
  }

  async *#combinations(): AsyncGenerator<Payload, void, undefined> {
    const { payloads, selfContained } = this.#plan;
    if (payloads === undefined) return yield {};
    const { target, dsl } = this.#run;
    const own = selfContained || target.url === undefined ? noValues : urlValues(target.url, false);
    yield* payloads.each(await this.#run.values(own, {}), dsl);
  }

  /** One request after the other; those behind one that cannot be made are not sent, as they most often build on it. */
  async #combination(payloads: Payload): Promise<void> {
    const own = new ResponseHistory(this.#plan.lookedBack, this.#onceHistory);
    for (const [at, source] of this.#plan.sources.entries()) {
      if (this.#isOver()) return;
      if (this.#isDone(at)) continue;
      const history = source.once ? this.#onceHistory : own;
      const next = { source, payloads, iterated: noValues, iteration: 0, number: at + 1, history };
      if (!this.#plan.iterateAll || this.#iterated.isEmpty) {
        if (!(await this.#request(next))) return;
        continue;
      }
      let iteration = 0;
      for (const iterated of this.#iterated.each()) {
        if (this.#isOver()) return;
        if (!(await this.#request({ ...next, iterated, iteration }))) return;
        iteration += 1;
      }
    }
  }

  /** False when it could not be made. */
  async #request(next: RequestCase): Promise<boolean> {
    const ready = await this.#runner.make(next);
    if (ready === undefined) return false;
    const { matched, internal } = await this.#runner.send(ready);
    if (this.#plan.iterateAll) this.#iterated.add(internal);
    if (matched && this.#run.stopAtFirstMatch) this.#satisfied = true;
    return true;
  }

  /** Whether a request that is to be sent once was; from now on it counts as sent. */
  #isDone(at: number): boolean {
    if (this.#plan.sources[at]?.once !== true) return false;
    if (this.#done.has(at)) return true;
    this.#done.add(at);
    return false;
  }
}

const one = (
  source: RequestCase["source"],
  payloads: Payload,
): Pick<RequestCase, "source" | "payloads" | "iterated" | "iteration"> => ({
  source,
  payloads,
  iterated: noValues,
  iteration: 0,
});

/** In their order within each origin. */
const byOrigin = (ready: readonly ReadyRequest[]): Iterable<readonly ReadyRequest[]> => {
  const groups = new Map<string, ReadyRequest[]>();
  for (const each of ready) {
    const { origin } = each.request.url;
    const group = groups.get(origin);
    if (group === undefined) groups.set(origin, [each]);
    else group.push(each);
  }
  return groups.values();
};
