import { z } from "zod";
import type { Change, Space } from "../../../store/index.ts";
import { storedEvent, type StoredEvent } from "../work.ts";
import { runEventKey, runVariablesKey } from "./keys.ts";

const variables = z.record(z.string(), z.string()).readonly();

/** What a run is about. Written once. */
export interface RunSubject {
  readonly event: StoredEvent;
  /** Values for external variables of the playbook, by name as in `__name__`. */
  readonly variables: z.infer<typeof variables>;
}

export const subjectChanges = (id: string, { event, variables: given }: RunSubject): readonly Change[] => [
  { type: "put", key: runEventKey(id), value: event },
  ...(Object.keys(given).length === 0 ? [] : [{ type: "put", key: runVariablesKey(id), value: given } as const]),
];

/** `undefined`: it is not, or no longer, in the store. */
export const readSubject = async (space: Space, id: string): Promise<RunSubject | undefined> => {
  const [event, given] = await Promise.all([
    space.records.get(runEventKey(id)),
    space.records.get(runVariablesKey(id)),
  ]);
  if (event === undefined) return undefined;
  return { event: storedEvent.parse(event.value), variables: variables.parse(given?.value ?? {}) };
};
