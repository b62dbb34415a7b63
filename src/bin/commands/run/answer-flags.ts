import { type Command, InvalidArgumentError } from "commander";
import type { Json } from "../../../base/json.ts";
import type { StepAnswer } from "../../../client/index.ts";
import { UsageError } from "../../process/usage-error.ts";
import { parseWhole } from "../../process/parse-flags.ts";

const outcomes = ["done", "failed", "repeat"] as const;
type Outcome = (typeof outcomes)[number];
const mostSteps = 10_000;
const mostOutputBytes = 64 * 1024;
const mostMessageChars = 1_000;

interface Draft {
  readonly step: number;
  outcome?: Outcome;
  output?: Json;
  message?: string;
}

/** Gathers the answers that the flags of one command line say, in the order of the flags. */
export class AnswerFlags {
  readonly #drafts: Draft[] = [];

  /** Each flag belongs to the steps that were named before it and have no value of it yet. */
  addTo(command: Command): Command {
    return command
      .option("--step <n>", "a step that the run asks about; repeatable, with the flags about it behind it", (text) => {
        this.#drafts.push({ step: parseWhole(1, mostSteps)(text) });
      })
      .option(
        "--outcome <outcome>",
        "of the steps before it: done, failed, or repeat for one that had no effect",
        (text) => {
          const outcome = outcomes.find((known) => known === text);
          if (outcome === undefined) throw new InvalidArgumentError(`Use ${outcomes.join(", ")}, not "${text}".`);
          this.#fill("outcome", outcome);
        },
      )
      .option(
        "--output <json>",
        "of steps that are done, as the action would have given it (default: null)",
        (text) => {
          this.#fill("output", parseOutput(text));
        },
      )
      .option("--message <text>", "why steps failed", (text) => {
        if (text.length > mostMessageChars)
          throw new InvalidArgumentError(`Use at most ${mostMessageChars} characters.`);
        this.#fill("message", text);
      });
  }

  /** @throws UsageError for a step without an outcome, with two, or with a value that does not go with its outcome */
  answers(): readonly StepAnswer[] {
    if (this.#drafts.length === 0)
      throw new UsageError("name the steps that the run asks about: --step N --outcome done");
    const named = this.#drafts.map(({ step }) => step);
    const twice = named.find((step, at) => named.indexOf(step) !== at);
    if (twice !== undefined) throw new UsageError(`--step ${twice} is given twice`);
    return this.#drafts.map(answerOf);
  }

  #fill<Key extends "outcome" | "output" | "message">(key: Key, value: Draft[Key]): void {
    const open = this.#drafts.filter(
      (draft) => draft[key] === undefined && (key === "outcome" || isLast(this.#drafts, draft)),
    );
    if (open.length === 0) throw new InvalidArgumentError("It belongs behind the --step that it is about.");
    for (const draft of open) draft[key] = value;
  }
}

const isLast = (drafts: readonly Draft[], draft: Draft): boolean => drafts.at(-1) === draft;

const parseOutput = (text: string): Json => {
  if (Buffer.byteLength(text) > mostOutputBytes)
    throw new InvalidArgumentError(`Use at most ${mostOutputBytes} bytes.`);
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new InvalidArgumentError(`Use JSON, such as '{"ticket": 7}', not "${text.slice(0, 100)}".`);
  }
};

const answerOf = ({ step, outcome, output, message }: Draft): StepAnswer => {
  if (outcome === undefined) throw new UsageError(`--step ${step} has no --outcome: use done, failed or repeat`);
  if (output !== undefined && outcome !== "done")
    throw new UsageError(`--output goes with --outcome done (step ${step})`);
  if (message !== undefined && outcome !== "failed") {
    throw new UsageError(`--message goes with --outcome failed (step ${step})`);
  }
  switch (outcome) {
    case "done":
      return { step, done: output ?? null };
    case "failed":
      return { step, failed: message ?? "a person says that it failed" };
    case "repeat":
      return { step, repeat: true };
  }
};
