import { z } from "zod";
import type { Json } from "../../../base/json.ts";
import type { EventView } from "../views.ts";
import { keyOf, storedEvent } from "../work.ts";

const text = z.string();
const chosenRun = z.strictObject({ id: text, binding: text, playbook: text, because: text });
const suppression = z.strictObject({
  binding: text,
  playbook: text,
  reason: z.enum(["duplicate", "rate", "depth", "cycle"]),
});

const decided = z.strictObject({
  event: storedEvent,
  receivedAtMs: z.number(),
  decidedAtMs: z.number(),
  state: z.enum(["matched", "unmatched", "dead"]),
  /** Version of the catalog; absent: it was given up undecided. */
  catalog: text.exactOptional(),
  runs: z.array(chosenRun).readonly(),
  suppressed: z.array(suppression).readonly(),
});

/** What became of an event. Written with the end of its queue item and the runs that it started. */
export type EventRecord = z.infer<typeof decided>;
export type ChosenRun = z.infer<typeof chosenRun>;

/** Parses what the store holds. Throws a ZodError that names the field. */
export const parseEventRecord = (value: Json): EventRecord => decided.parse(value);

export const eventView = ({ event, catalog, ...record }: EventRecord): EventView => ({
  key: keyOf(event),
  event,
  catalog,
  ...record,
});
