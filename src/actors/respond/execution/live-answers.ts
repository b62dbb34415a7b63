import { asError } from "../../../base/errors.ts";
import type { PlaybookExecution } from "../../../engines/playbook/index.ts";
import type { Context } from "../../../kernel/index.ts";
import type { Space } from "../../../store/index.ts";
import { attempt } from "../../claims/store-calls.ts";
import { readGivenAnswers } from "../records/given-answers.ts";
import type { RunJournal } from "./run-journal.ts";

export interface LiveAnswersSetup {
  readonly space: Space;
  readonly id: string;
  readonly journal: Pick<RunJournal, "asked">;
  readonly execution: Pick<PlaybookExecution, "answer">;
  readonly context: Pick<Context<never>, "log">;
  /** Told of what is no fault of the store's. */
  readonly failed: (error: Error) => void;
}

/**
 * Hands what persons say to an execution that is under way, each answer once. How the step ended is kept like any other end, when the
 * process tells it: an execution that is lost before that leaves the answer to the next one.
 */
export class LiveAnswers {
  readonly #setup: LiveAnswersSetup;
  readonly #given = new Set<number>();
  /** The store is being asked: whoever looks meanwhile waits for the next time, which comes by itself. */
  #looks = false;

  constructor(setup: LiveAnswersSetup) {
    this.#setup = setup;
  }

  /** Asks the store if a person has something to do. */
  look(): void {
    if (this.#looks || this.#setup.journal.asked.size === 0) return;
    this.#looks = true;
    const looked = (): void => {
      this.#looks = false;
    };
    this.#look()
      .catch((error: unknown) => this.#setup.failed(asError(error)))
      .finally(looked);
  }

  async #look(): Promise<void> {
    const { space, id, journal, execution, context } = this.#setup;
    const read = await attempt(context, "answers", () => readGivenAnswers(space, id));
    if (read.status !== "ok") return;
    for (const { step, result } of read.value.answers) {
      if (this.#given.has(step) || !journal.asked.has(step)) continue;
      this.#given.add(step);
      execution.answer(step, result);
    }
  }
}
