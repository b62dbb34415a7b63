import { playbookOf, idOf, type ShortPlaybook } from "../cacao/playbook-source.ts";
import type { LiteralPlaybook } from "./literal-playbook.ts";
import type { Block, Chain, Fate, Plan } from "./plan.ts";

/** Playbooks that call each other; the first one is executed. */
export type WrittenPlan = readonly [LiteralPlaybook, ...LiteralPlaybook[]];

/**
 * `any`: what happens first may decide. `confluent`: the result is the same however long things take: branches beside each other have no
 * variables in common and do not fail, and what is slow is so for ever.
 */
export type Timing = "any" | "confluent";

type Entry = Readonly<Record<string, unknown>>;
/** What a step has by its type. */
type Own = Entry & { readonly step_variables?: Entry };

/** Where a chain is written. */
interface Place {
  /** Variables that may be used, by place. */
  readonly variables: readonly string[];
  /** Whether a failure may leave the chain. */
  readonly mayFail: boolean;
}

/** What every playbook declares, and what of it one that calls another hands over. */
const ofPlaybook = ["__a__", "__b__", "__c__"] as const;
const handedOver = "__b__";
const target: Entry = { type: "http-api", address: { ipv4: ["127.0.0.1"] } };

/** Writes plans as playbooks of the standard, in short form, with names that no other step and variable has. */
class Writer {
  readonly playbooks: LiteralPlaybook[] = [];
  readonly #timing: Timing;
  #names = 0;

  constructor(timing: Timing) {
    this.#timing = timing;
  }

  /** @returns the name of the playbook */
  playbook(plan: Plan, mayFail: boolean, external?: string): string {
    const name = this.#name("p");
    const place: Place = { variables: ofPlaybook, mayFail };
    const written = new PlaybookWriter(
      this.#timing,
      (prefix) => this.#name(prefix),
      (called, calledMayFail) => this.playbook(called, calledMayFail, handedOver),
    );
    for (const variable of ofPlaybook) written.variables[variable] = { value: "a", external: variable === external };
    written.variables["__number__"] = { type: "integer", value: "0" };
    const first = written.chain(plan.main, place);
    const exception = plan.exception && written.chain(plan.exception, place);
    const short: ShortPlaybook = {
      steps: written.steps,
      first,
      variables: written.variables,
      targets: { one: target, two: target },
      ...(exception !== undefined && { exception }),
    };
    this.playbooks.push(playbookOf(name, short) as unknown as LiteralPlaybook);
    return name;
  }

  #name(prefix: string): string {
    this.#names += 1;
    return `${prefix}${this.#names}`;
  }
}

/** The steps and variables of one playbook. */
class PlaybookWriter {
  readonly steps: Record<string, Entry> = {};
  readonly variables: Record<string, Entry> = {};
  readonly #timing: Timing;
  readonly #name: (prefix: string) => string;
  readonly #called: (plan: Plan, mayFail: boolean) => string;

  constructor(timing: Timing, name: (prefix: string) => string, called: (plan: Plan, mayFail: boolean) => string) {
    this.#timing = timing;
    this.#name = name;
    this.#called = called;
  }

  /** @returns the name of its first step */
  chain(chain: Chain, place: Place, last = "end"): string {
    return chain.reduceRight((next, block) => this.#block(block, place, next), last);
  }

  #block(block: Block, place: Place, next: string): string {
    const name = this.#name("s");
    const handler = block.handler && this.chain(block.handler, place);
    const inside: Place = { ...place, mayFail: place.mayFail || handler !== undefined };
    const { delay, shadow } = block;
    const shadowed = shadow && place.variables[shadow.place];
    const timeout = this.#timing === "any" ? block.timeout : undefined;
    const { step_variables: declared, ...own } = this.#own(block, name, inside);
    this.steps[name] = {
      ...(delay !== undefined && { delay }),
      ...(timeout !== undefined && { timeout }),
      ...own,
      step_variables: {
        ...(shadowed !== undefined && { [shadowed]: { value: "b", constant: inside.mayFail && shadow?.constant } }),
        ...declared,
      },
      ...(handler === undefined ? { on_completion: next } : { on_success: next, on_failure: handler }),
    };
    return name;
  }

  #own(block: Block, name: string, place: Place): Own {
    const variable = (at: number): string => place.variables[at] ?? "__a__";
    switch (block.type) {
      case "action":
        return this.#action(block, name, place);
      case "parallel":
        return {
          type: "parallel",
          next_steps: block.branches.map((branch) => this.chain(branch, this.#beside(place))),
        };
      case "if":
        return {
          type: "if-condition",
          condition: `${variable(block.reads)}:value ${block.isEqual ? "=" : "!="} '${block.value}'`,
          on_true: this.chain(block.yes, place),
          ...(block.no !== undefined && { on_false: this.chain(block.no, place) }),
        };
      case "while": {
        const counter = `__${name}__`;
        const declared = { [counter]: { type: "integer", value: "0" } };
        if (!block.isOwn) Object.assign(this.variables, declared);
        const count = this.#name("s");
        const body = this.chain(block.body, place);
        this.steps[count] = {
          ...httpAction([`${count}-count/${counter}:value`]),
          out_args: [counter],
          on_completion: body,
        };
        const condition = `${counter}:value < ${block.times}`;
        return { type: "while-condition", condition, on_true: count, ...(block.isOwn && { step_variables: declared }) };
      }
      case "switch": {
        const cases = Object.entries(block.cases).map(([value, branch]) => [value, this.chain(branch, place)]);
        return {
          type: "switch-condition",
          switch: `${variable(block.reads)}:value`,
          cases: Object.fromEntries(cases) as Entry,
        };
      }
      case "call": {
        const given = block.gives === undefined ? undefined : variable(block.gives);
        return {
          type: "playbook-action",
          playbook_id: idOf("playbook", this.#called(block.called, place.mayFail)),
          in_args: [handedOver],
          ...(given !== undefined && isOfPlaybook(given) && { out_args: [given] }),
        };
      }
    }
  }

  #action(block: Extract<Block, { type: "action" }>, name: string, place: Place): Entry {
    const fate: Fate = place.mayFail ? block.fate : "passes";
    const read = place.variables[block.reads] ?? "__a__";
    const written = this.#assigned(block.writes, place);
    // What comes before the command that hangs would count, too.
    const count = fate === "hangs" ? 1 : block.commands;
    const texts = Array.from(
      { length: count },
      (_, at) => `${name}-${at + 1}-${at + 1 === count ? fate : "passes"}/${read}:value`,
    );
    const { command: type } = block;
    return {
      type: "action",
      commands: texts.map((text) => ({ type, command: type === "http-api" ? `POST /${text} HTTP/1.1` : text })),
      ...(block.targets && { targets: ["one", "two"] }),
      ...(written !== undefined && { out_args: [written] }),
      ...(fate === "hangs" && { timeout: block.timeout ?? 1_000 }),
    };
  }

  #assigned(writes: number | "number" | undefined, place: Place): string | undefined {
    if (writes === "number") return place.mayFail && this.#timing === "any" ? "__number__" : undefined;
    return writes === undefined ? undefined : place.variables[writes];
  }

  /** Where one of several branches is written. */
  #beside(place: Place): Place {
    if (this.#timing === "any") return place;
    const variables = place.variables.map(() => `__${this.#name("own")}__`);
    for (const variable of variables) this.variables[variable] = { value: "a" };
    return { variables, mayFail: false };
  }
}

const isOfPlaybook = (variable: string): boolean => (ofPlaybook as readonly string[]).includes(variable);

const httpAction = (texts: readonly string[]): Entry => ({
  type: "action",
  commands: texts.map((text) => ({ type: "http-api", command: `GET /${text} HTTP/1.1` })),
});

/** A plan as playbooks. */
export const writtenPlan = (plan: Plan, timing: Timing): WrittenPlan => {
  const writer = new Writer(timing);
  writer.playbook(plan, true);
  const [main, ...called] = writer.playbooks.toReversed();
  if (main === undefined) throw new Error("no playbook was written");
  return [main, ...called];
};
