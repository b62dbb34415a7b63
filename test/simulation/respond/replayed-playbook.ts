import type { JournaledStep, StepStart } from "../../../src/engines/playbook/index.ts";
import { givenName, type PlannedPlaybook } from "./plan.ts";

/** What a playbook does next. */
export interface Moves {
  /** Steps that are not in the journal. */
  readonly starts: readonly StepStart[];
  /** Steps that are in the journal and have no end. */
  readonly again: readonly StepStart[];
}

/** What a person is asked to give: see `givenName`. */
const question = { text: "look at it", in_args: {}, out_args: [{ name: givenName, type: "string" }] };

interface Place {
  readonly chain: number;
  readonly index: number;
}

/** A playbook that does the same in every execution: which step comes next depends on the results that it has heard, and on their order. */
export class ReplayedPlaybook {
  readonly #playbook: PlannedPlaybook;
  readonly #journal: ReadonlyMap<number, JournaledStep>;
  readonly #places = new Map<number, Place>();
  #heard = 0;
  #starts: StepStart[] = [];
  #again: StepStart[] = [];
  /** The step that is not what the journal says, if there is one. */
  #differs: number | undefined;

  constructor(playbook: PlannedPlaybook, journal: readonly JournaledStep[]) {
    this.#playbook = playbook;
    this.#journal = new Map(journal.map((step) => [step.n, step]));
  }

  get differs(): number | undefined {
    return this.#differs;
  }

  /** Steps that were started and not heard of. */
  get open(): number {
    return this.#places.size - this.#heard;
  }

  /** Every step has been heard of. */
  get over(): boolean {
    return this.#heard === this.#playbook.chains.flat().length;
  }

  /** Runs from the beginning to where the journal ends. */
  begin(): Moves {
    this.#playbook.chains.forEach((_, chain) => this.#start({ chain, index: 0 }));
    const ended = [...this.#journal.values()].flatMap(({ n, end }) =>
      end === undefined ? [] : [{ n, order: end.order }],
    );
    for (const { n } of ended.sort((a, b) => a.order - b.order)) this.#hear(n);
    return this.#take();
  }

  /** Goes on with the result of a step. */
  hear(n: number): Moves {
    this.#hear(n);
    return this.#take();
  }

  #hear(n: number): void {
    const place = this.#places.get(n);
    if (place === undefined) {
      this.#differs ??= n;
      return;
    }
    this.#heard += 1;
    this.#start({ chain: place.chain, index: place.index + 1 });
  }

  #start(place: Place): void {
    const step = this.#playbook.chains[place.chain]?.[place.index];
    if (step === undefined) return;
    const n = this.#places.size + 1;
    this.#places.set(n, place);
    const { name, by, idempotent, forMs } = step;
    const input = by === "person" ? { ...place, ...question } : { ...place, forMs };
    const start: StepStart = { n, name, by, idempotent, input, heard: this.#heard };
    const known = this.#journal.get(n);
    if (known === undefined) this.#starts.push(start);
    else if (!isSame(known, start)) this.#differs ??= n;
    else if (known.end === undefined) this.#again.push(start);
  }

  #take(): Moves {
    const moves = { starts: this.#starts, again: this.#again };
    this.#starts = [];
    this.#again = [];
    return moves;
  }
}

const isSame = (known: JournaledStep, { name, by, idempotent, input, heard }: StepStart): boolean =>
  known.name === name &&
  known.by === by &&
  known.idempotent === idempotent &&
  known.heard === heard &&
  JSON.stringify(known.input) === JSON.stringify(input);
