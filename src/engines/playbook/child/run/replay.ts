import type { Json } from "../../../../base/json.ts";
import type { JournaledStep, StepEnd, StepStart } from "../../journal.ts";
import { canonicalJson } from "../../canonical-json.ts";
import { timerPurpose } from "./executors/timer-input.ts";

/** The playbook did something else than in an earlier execution. */
export class NotDeterministic extends Error {}

type EndedStep = JournaledStep & Required<Pick<JournaledStep, "end">>;

const hasEnded = (step: JournaledStep): step is EndedStep => step.end !== undefined;

/**
 * What an earlier execution of the run did, against which this one is held. It hears the results of then in the order of then, each
 * after it has started all that it had started before it.
 */
export class Replay {
  readonly #steps: readonly JournaledStep[];
  readonly #ends: readonly EndedStep[];
  #given = 0;

  /** @param journal in the order of `n`, without gaps */
  constructor(journal: readonly JournaledStep[]) {
    this.#steps = journal;
    this.#ends = journal.filter(hasEnded).sort((a, b) => a.end.order - b.end.order);
  }

  /** Whether something was being executed when then ended: it is executed again. */
  get executesAgain(): boolean {
    return this.#steps.some((step) => !hasEnded(step) && (step.by === "thread" || step.by === "node"));
  }

  /**
   * The nth step of then, which has to be the one that is started now; `undefined`: then it was not started.
   * @throws NotDeterministic
   */
  expect(n: number, { name, input, by }: Pick<StepStart, "name" | "input" | "by">): JournaledStep | undefined {
    const step = this.#steps[n - 1];
    if (step === undefined) return undefined;
    if (step.name !== name) {
      throw new NotDeterministic(`step ${n} was ${step.name} and is now ${name}`);
    }
    if (step.by !== by) throw new NotDeterministic(`step ${n} (${name}) was by ${step.by} and is now by ${by}`);
    const compared = by === "timer" ? timerPurpose : (value: Json): Json => value;
    if (canonicalJson(compared(step.input)) !== canonicalJson(compared(input))) {
      throw new NotDeterministic(`step ${n} (${name}) has another input than it had`);
    }
    return step;
  }

  /**
   * The next result of then. `wait`: something has to be started again before. `over`: it has done all that it did then, and hears what
   * is new.
   */
  next(started: number): StepEnd | "wait" | "over" {
    if (started < this.#startsBefore(this.#given)) return "wait";
    const ended = this.#ends[this.#given];
    if (ended === undefined) return "over";
    this.#given += 1;
    return { n: ended.n, result: ended.end.result };
  }

  /** The first step of then that was not started again. */
  missing(started: number): JournaledStep | undefined {
    return this.#steps[started];
  }

  /** How many starts came before the playbook had heard of more than so many results. */
  #startsBefore(heard: number): number {
    return this.#steps.findLastIndex((step) => step.heard <= heard) + 1;
  }
}
