import type { Command } from "commander";
import type { Json } from "../../../base/json.ts";
import type { StepAnswer } from "../../../client/index.ts";
import { parseAssignment } from "../../process/parse-assignment.ts";
import { parseWhole } from "../../process/parse-flags.ts";
import { UsageError } from "../../process/usage-error.ts";

const mostSteps = 10_000;
const mostOutputBytes = 64 * 1024;
const mostMessageChars = 1_000;

/** `plain`: done, with nothing more to say about it; what is sent then depends on what was asked. */
export type GivenAnswer = StepAnswer | { readonly step: number; readonly plain: true };

type Outcome =
  | { readonly type: "set"; readonly values: Readonly<Record<string, string>> }
  | { readonly type: "done"; readonly output: Json }
  | { readonly type: "plain" }
  | { readonly type: "failed"; readonly message: string }
  | { readonly type: "repeat" };

interface Draft {
  readonly step: number;
  outcome?: Outcome;
}

/** Gathers the answers that the flags of one command line say, in the order of the flags. */
export class AnswerFlags {
  readonly #drafts: Draft[] = [];

  /** A flag belongs to the steps that were named before it and have no answer yet; `--set` to the last step. */
  addTo(command: Command): Command {
    command
      .option("--step <n>", "a step that the run asks about; repeatable, with the answer behind it", (text) => {
        this.#drafts.push({ step: parseWhole(1, mostSteps)(text) });
      })
      .option("--set <name=value>", "done: the value of a variable that is asked for, such as __ticket__=7; repeatable")
      .option("--done [json]", "done: of a step that was cut off, with its output as the action would have given it")
      .option("--failed <text>", "failed, for this reason")
      .option("--repeat", "had no effect: the step is done again");
    // Not as parsers of their values: of a flag without one, none is called.
    command.on("option:set", (text: string) => this.#set(text));
    command.on("option:done", (text: string | null) =>
      this.#answer(text === null ? { type: "plain" } : { type: "done", output: parseOutput(text) }),
    );
    command.on("option:failed", (text: string) => this.#answer({ type: "failed", message: parseMessage(text) }));
    command.on("option:repeat", () => this.#answer({ type: "repeat" }));
    return command;
  }

  /** @throws UsageError for a step without an answer, or with two */
  answers(): readonly GivenAnswer[] {
    if (this.#drafts.length === 0) throw new UsageError("name the steps that the run asks about: --step N --done");
    const named = this.#drafts.map(({ step }) => step);
    const twice = named.find((step, at) => named.indexOf(step) !== at);
    if (twice !== undefined) throw new UsageError(`--step ${twice} is given twice`);
    return this.#drafts.map(answerOf);
  }

  #set(text: string): void {
    const [name, value] = parseAssignment(text);
    const last = this.#drafts.at(-1);
    if (last === undefined) throw misplaced;
    const { outcome } = last;
    if (outcome !== undefined && outcome.type !== "set") throw new UsageError(`--step ${last.step} has two answers`);
    if (outcome?.values[name] !== undefined) throw new UsageError(`--step ${last.step} has two values of ${name}`);
    last.outcome = { type: "set", values: { ...outcome?.values, [name]: value } };
  }

  #answer(outcome: Outcome): void {
    const open = this.#drafts.filter((draft) => draft.outcome === undefined);
    const last = this.#drafts.at(-1);
    if (last === undefined) throw misplaced;
    if (open.length === 0) throw new UsageError(`--step ${last.step} has two answers`);
    for (const draft of open) draft.outcome = outcome;
  }
}

const misplaced = new UsageError("an answer belongs behind the --step that it is about");

const parseOutput = (text: string): Json => {
  if (Buffer.byteLength(text) > mostOutputBytes) throw new UsageError(`--done: use at most ${mostOutputBytes} bytes`);
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new UsageError(`--done: use JSON, such as '{"ticket": 7}', not "${text.slice(0, 100)}"`, cause);
  }
};

const parseMessage = (text: string): string => {
  if (text.length <= mostMessageChars) return text;
  throw new UsageError(`--failed: use at most ${mostMessageChars} characters`);
};

const answerOf = ({ step, outcome }: Draft): GivenAnswer => {
  switch (outcome?.type) {
    case undefined:
      throw new UsageError(`--step ${step} has no answer: use --set NAME=VALUE, --done, --failed TEXT or --repeat`);
    case "set":
      return { step, done: outcome.values };
    case "done":
      return { step, done: outcome.output };
    case "plain":
      return { step, plain: true };
    case "failed":
      return { step, failed: outcome.message };
    case "repeat":
      return { step, repeat: true };
  }
};
