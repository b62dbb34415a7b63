import type { Random } from "../../../../src/base/random.ts";
import { idOf, playbookOf } from "../../../support/cacao/playbook-source.ts";
import { effect, type AnswerKind } from "./effects.ts";

type Entry = Readonly<Record<string, unknown>>;

/** A playbook and those that it calls, as files of a node. */
export interface Plan {
  readonly name: string;
  /** Texts by the names of their files; the first is the playbook itself. */
  readonly files: Readonly<Record<string, string>>;
}

/** Where a step is. */
interface Place {
  readonly depth: number;
  /** Variable that its effects hand on to each other. */
  readonly variable: string;
  /** Of the loop that it is in. */
  readonly counter: string | undefined;
  /** A failure that nothing handles would end branches beside it at a moment that is by chance. */
  readonly isParallel: boolean;
}

const deepest = 3;
/** Of the playbook itself: others are shorter. */
const mainChain = { least: 4, longest: 8 } as const;
/** A run has about so many steps then. */
const mostSteps = 60;
const longTimeoutMs = 600_000;
/** Texts of questions: those that a person answers, and those that nobody does. */
export const asked = { answered: "Give", ignored: "Nobody gives" } as const;

/** Makes playbooks by chance. Equal randomness, equal playbooks. */
class Planner {
  readonly files = new Map<string, string>();
  readonly #random: Random;
  readonly #port: number;
  readonly #name: string;
  #numbers = 0;
  #steps: Record<string, Entry> = {};
  #variables: Record<string, Entry | string> = {};

  constructor(name: string, random: Random, port: number) {
    this.#name = name;
    this.#random = random;
    this.#port = port;
  }

  plan(): Plan {
    const place: Place = { depth: 0, variable: "__v__", counter: undefined, isParallel: false };
    this.#variables["__v__"] = "begin";
    const first = this.#chain(place, mainChain.longest, undefined, mainChain.least);
    const exception = this.#oneOf(3) ? this.#chain({ ...place, depth: deepest }, 2) : undefined;
    const main = this.#write(this.#name, first, exception);
    return { name: this.#name, files: { [`${this.#name}.json`]: main, ...Object.fromEntries(this.files) } };
  }

  /** Writes the steps since the last file into one. */
  #write(name: string, first: string, exception?: string, externals: readonly string[] = []): string {
    const external = Object.fromEntries(externals.map((variable) => [variable, { external: true }]));
    const text = JSON.stringify(
      playbookOf(name, {
        steps: this.#steps,
        first,
        variables: { ...this.#variables, ...external },
        agents: {
          agent: { type: "http-api", address: { ipv4: ["127.0.0.1"] }, port: String(this.#port) },
          person: { type: "individual" },
        },
        ...(exception === undefined ? {} : { exception }),
      }),
    );
    this.#steps = {};
    this.#variables = {};
    return text;
  }

  #oneOf(times: number): boolean {
    return this.#random.below(times) === 0;
  }

  #number(): number {
    return (this.#numbers += 1);
  }

  #add(step: Entry): string {
    const key = `s${this.#number()}`;
    this.#steps[key] = step;
    return key;
  }

  /** Steps that follow each other, before `next`; the name of the first. */
  #chain(place: Place, longest: number, next = this.#add({ type: "end" }), least = 1): string {
    let first = next;
    for (let left = least + this.#random.below(longest - least + 1); left > 0; left -= 1)
      first = this.#block(place, first);
    return first;
  }

  #effect(place: Place, also: Entry, answer: AnswerKind = "values", gives = place.variable): string {
    const { variable, counter } = place;
    const stage = this.#number();
    const method = answer === "values" && this.#oneOf(3) ? "POST" : "PUT";
    return this.#add(effect({ method, stage, counter, variable, answer, gives }, also));
  }

  #block(place: Place, next: string): string {
    const { depth, isParallel } = place;
    const inner = { ...place, depth: depth + 1 };
    const isFlat = depth >= deepest || this.#numbers > mostSteps;
    switch (this.#random.below(isFlat ? 7 : 13)) {
      case 0:
        return this.#effect(place, { on_completion: next, delay: 20 + this.#random.below(500) });
      case 1:
        return this.#asks(place, next);
      case 2:
        return this.#fails(place, next);
      case 7:
        return this.#either(inner, next);
      case 8:
        return this.#choice(inner, next);
      case 9:
        return place.counter === undefined ? this.#loop(inner, next) : this.#either(inner, next);
      case 10:
        return this.#branches(inner, next);
      case 11:
        return this.#call(inner, next);
      case 12:
        // It ends the run, or what handles it goes on.
        return !isParallel && this.#oneOf(3)
          ? this.#effect(place, { on_completion: next }, "fails")
          : this.#fails(place, next);
      default:
        return this.#effect(place, { on_completion: next });
    }
  }

  #asks({ variable, counter }: Place, next: string): string {
    const n = this.#number();
    const isIgnored = this.#oneOf(4);
    const round = counter === undefined ? "" : ` in round ${counter}:value`;
    const text = `${isIgnored ? asked.ignored : asked.answered} number ${n}${round} after ${variable}:value`;
    const also = isIgnored
      ? { timeout: 500 + this.#random.below(1_500), on_success: next, on_failure: next }
      : { on_completion: next };
    const commands = [{ type: "manual", command: text }];
    return this.#add({ type: "action", agent: "person", commands, out_args: [variable], ...also });
  }

  #fails(place: Place, next: string): string {
    const handler = this.#effect(place, { on_completion: next });
    return this.#effect(place, { on_success: next, on_failure: this.#oneOf(2) ? handler : next }, "fails");
  }

  #maybeTimeout(): Entry {
    return this.#oneOf(2) ? { timeout: longTimeoutMs } : {};
  }

  #either(place: Place, next: string): string {
    return this.#add({
      type: "if-condition",
      condition: `${place.variable}:value MATCHES '^[0-7]'`,
      on_true: this.#chain(place, 2),
      ...(this.#oneOf(2) ? { on_false: this.#chain(place, 2) } : {}),
      on_completion: next,
      ...this.#maybeTimeout(),
    });
  }

  #choice(place: Place, next: string): string {
    const pick = `__pick_${this.#number()}__`;
    this.#variables[pick] = "";
    const choice = this.#add({
      type: "switch-condition",
      switch: `${pick}:value`,
      cases: { a: this.#chain(place, 2), b: this.#chain(place, 2), default: this.#chain(place, 1) },
      on_completion: next,
      ...this.#maybeTimeout(),
    });
    return this.#effect(place, { on_completion: choice }, "picks", pick);
  }

  #loop(place: Place, next: string): string {
    const counter = `__round_${this.#number()}__`;
    this.#variables[counter] = { type: "integer", value: "0" };
    const counts = this.#effect(
      { ...place, counter, variable: counter },
      { on_completion: this.#add({ type: "end" }) },
      "counts",
    );
    return this.#add({
      type: "while-condition",
      condition: `${counter}:value < ${1 + this.#random.below(3)}`,
      on_true: this.#chain({ ...place, counter }, 2, counts),
      on_completion: next,
      ...this.#maybeTimeout(),
    });
  }

  #branches(place: Place, next: string): string {
    const branches = Array.from({ length: 2 + this.#random.below(2) }, () => {
      const variable = `__branch_${this.#number()}__`;
      this.#variables[variable] = variable;
      return this.#chain({ ...place, variable, isParallel: true }, 2);
    });
    return this.#add({ type: "parallel", next_steps: branches, on_completion: next, ...this.#maybeTimeout() });
  }

  #call({ depth, variable, counter, isParallel }: Place, next: string): string {
    const [steps, variables] = [this.#steps, this.#variables];
    const name = `${this.#name}-${this.#number()}`;
    const externals = [variable, ...(counter === undefined ? [] : [counter])];
    this.#steps = {};
    this.#variables = {};
    const first = this.#chain({ depth: Math.max(depth, deepest - 1), variable, counter, isParallel }, 3);
    this.files.set(`${name}.json`, this.#write(name, first, undefined, externals));
    [this.#steps, this.#variables] = [steps, variables];
    return this.#add({
      type: "playbook-action",
      playbook_id: idOf("playbook", name),
      in_args: externals,
      out_args: [variable],
      on_completion: next,
    });
  }
}

/** A random valid playbook whose effects are requests to this port, and whose result does not depend on when anything happens. */
export const randomPlan = (name: string, random: Random, port: number): Plan => new Planner(name, random, port).plan();
