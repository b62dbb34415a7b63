import { asError } from "../../../base/errors.ts";
import type { Context } from "../../../kernel/index.ts";
import { StoreError, type DeadLetter, type Space } from "../../../store/index.ts";
import { decideQueue, deadlineQueue, parseTaskRef } from "../work.ts";
import type { DecideSetup } from "./decide-task.ts";
import { failTask } from "./fail-task.ts";
import { cancelOpen } from "./pass-deadline.ts";

const lettersPerRound = 100;

/** Where the dead letters of one queue are looked at next, and those of that page that were looked at. */
interface Cursor {
  readonly after: string | undefined;
  readonly seen: ReadonlySet<string>;
}

/** How far the dead letters of tasks are settled. */
export interface DeadCursors {
  readonly decisions: Cursor;
  readonly deadlines: Cursor;
}

const start: Cursor = { after: undefined, seen: new Set() };
export const fromTheFirst: DeadCursors = { decisions: start, deadlines: start };

type Log = Pick<Context<never>, "log">;

/**
 * Brings to an end the tasks whose decision or deadline was given up: nobody else would, and whoever asks for their objects would join them. A
 * letter that cannot be settled is logged and left to whoever replays it.
 * @throws StoreError that is retryable: do it again from where it began
 */
export const settleDead = async (setup: DecideSetup, from: DeadCursors, context: Log): Promise<DeadCursors> => ({
  decisions: await eachLetter(setup.space, decideQueue, from.decisions, context, ({ body, lastError }) =>
    failTask(setup, parseTaskRef(body).taskId, lastError ?? "those who tried were lost too often"),
  ),
  deadlines: await eachLetter(setup.space, deadlineQueue, from.deadlines, context, ({ body }) =>
    cancelOpen(setup.space, parseTaskRef(body).taskId),
  ),
});

/** One page. At the last one it stays: more may come there. */
const eachLetter = async (
  space: Space,
  queue: string,
  { after, seen }: Cursor,
  { log }: Log,
  settle: (letter: DeadLetter) => Promise<void>,
): Promise<Cursor> => {
  const page = { limit: lettersPerRound, ...(after === undefined ? {} : { after }) };
  const { rows, next } = await space.queue.deadLetters(queue, page);
  for (const letter of rows) {
    if (seen.has(nameOf(letter))) continue;
    try {
      await settle(letter);
    } catch (thrown) {
      const error = asError(thrown);
      if (error instanceof StoreError && error.retryable) throw error;
      log.error({ err: error, queue, item: letter.id }, "the task of a dead letter could not be ended");
    }
  }
  return next === undefined ? { after, seen: new Set(rows.map(nameOf)) } : { after: next, seen: new Set() };
};

/** A letter that was replayed may die again. */
const nameOf = ({ id, diedAtMs }: DeadLetter): string => `${id} ${diedAtMs}`;
