import { eventQueue, respondSpace, runHasEnded, runQueue } from "../../../src/actors/respond/index.ts";
import { parseEventRecord, type EventRecord } from "../../../src/actors/respond/records/event-record.ts";
import { parseRunRecord, type RunRecord } from "../../../src/actors/respond/records/run-record.ts";
import { parseStep, type StepRecord } from "../../../src/actors/respond/records/step-record.ts";
import type { Json } from "../../../src/base/json.ts";
import { openMemoryStore, type MemoryDatabase } from "../../../src/store/memory/index.ts";

/** What became of events and runs, as the store has it. */
export interface FinalResponse {
  /** By key. */
  readonly events: ReadonlyMap<string, EventRecord>;
  /** By id. */
  readonly runs: ReadonlyMap<string, RunRecord>;
  /** Steps by the rest of their keys. */
  readonly steps: ReadonlyMap<string, StepRecord>;
  /** Items of the queues that have not ended, by queue. */
  readonly open: ReadonlyMap<string, number>;
}

const mostRows = 1_000;

/** Looks at the truth, past all faults. */
export const finalResponse = async (database: MemoryDatabase): Promise<FinalResponse> => {
  const space = openMemoryStore(database).space(respondSpace);
  const all = async <Value>(prefix: string, parse: (value: Json) => Value): Promise<ReadonlyMap<string, Value>> => {
    const { rows } = await space.records.list(prefix, { limit: mostRows });
    return new Map(rows.map(({ key, value }) => [key.slice(prefix.length), parse(value)]));
  };
  const open = new Map<string, number>();
  for (const queue of [eventQueue, runQueue]) {
    const { waiting, delayed, held, claimed } = await space.queue.counts(queue);
    open.set(queue, waiting + delayed + held + claimed);
  }
  const [events, runs, steps] = [
    await all("event/", parseEventRecord),
    await all("run/", parseRunRecord),
    await all("step/", parseStep),
  ];
  return { events, runs, steps, open };
};

/** Whether nothing is left to be done. */
export const isOver = ({ events, runs, open }: FinalResponse, acknowledged: ReadonlySet<string>): boolean =>
  [...acknowledged].every((key) => events.has(key)) &&
  [...runs.values()].every(({ state }) => runHasEnded(state)) &&
  [...open.values()].every((items) => items === 0);
