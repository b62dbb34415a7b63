import type { DeadLetter, Space } from "../../../store/index.ts";
import type { EventRecord } from "../records/event-record.ts";
import { eventKey } from "../records/keys.ts";
import { endRunChanges } from "../records/run-changes.ts";
import { itemOf } from "../records/run-record.ts";
import { readRun } from "../runs/view-run.ts";
import { runHasEnded } from "../views.ts";
import { eventQueue, parseEventWork, parseRunWork, runQueue } from "../work.ts";
import { committed, type Round } from "./round.ts";

const lettersPerRound = 100;

/** Where the dead letters of each queue are looked at next: those before are written down. */
export interface DeadCursors {
  readonly events: string | undefined;
  readonly runs: string | undefined;
}

/** Writes down of events and runs that were given up that they are dead: nobody was there to do so. */
export const recordDead = async (round: Round, from: DeadCursors, retainMs: number): Promise<DeadCursors> => ({
  events: await eachLetter(round.space, eventQueue, from.events, (letter) => recordEvent(round, letter, retainMs)),
  runs: await eachLetter(round.space, runQueue, from.runs, (letter) => recordRun(round, letter)),
});

/** One page. At the last one it stays: more may come there. */
const eachLetter = async (
  space: Space,
  queue: string,
  after: string | undefined,
  record: (letter: DeadLetter) => Promise<void>,
): Promise<string | undefined> => {
  const page = { limit: lettersPerRound, ...(after === undefined ? {} : { after }) };
  const { rows, next } = await space.queue.deadLetters(queue, page);
  for (const letter of rows) await record(letter);
  return next ?? after;
};

const recordEvent = async (round: Round, { body, diedAtMs }: DeadLetter, retainMs: number): Promise<void> => {
  const { event, receivedAtMs } = parseEventWork(body);
  const record: EventRecord = {
    ...{ event, receivedAtMs, state: "dead", decidedAtMs: diedAtMs },
    ...{ runs: [], suppressed: [] },
  };
  const key = eventKey(`${event.source}/${event.id}`);
  // It is known, or was replayed and decided meanwhile: then that stands.
  await committed(round, [{ type: "put", key, value: record, expectedVersion: 0, expiresInMs: retainMs }]);
};

const recordRun = async (round: Round, { id: item, body, diedAtMs, lastError }: DeadLetter): Promise<void> => {
  const { run: id } = parseRunWork(body);
  const stored = await readRun(round.space, id);
  if (stored === undefined || runHasEnded(stored.run.state) || itemOf(id, stored.run) !== item) return;
  const failure = { reason: "lost", message: lastError ?? "its process or its node was lost too often" } as const;
  const dead = { ...stored.run, state: "dead", endedAtMs: diedAtMs, failure } as const;
  await committed(round, endRunChanges(id, dead, stored.version));
};
