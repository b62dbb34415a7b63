import { z } from "zod";
import type { Json } from "../../../base/json.ts";
import type { JournaledStep } from "../../../engines/playbook/index.ts";
import type { Space } from "../../../store/index.ts";
import type { StepView } from "../views.ts";
import { stepPrefix } from "./keys.ts";

const text = z.string();
const json = z.custom<Json>((value) => value !== undefined);
const place = z.number().int().min(1);

const result = z.union([
  z.strictObject({ state: z.literal("done"), output: json }),
  z.strictObject({
    state: z.literal("failed"),
    error: z.strictObject({
      code: z.enum(["threw", "timeout", "died", "too-large", "not-json", "unknown-action", "answered"]),
      message: text,
    }),
  }),
]);

const step = z.strictObject({
  n: place,
  name: text,
  input: json,
  idempotent: z.boolean(),
  heard: z.number().int().min(0),
  startedAtMs: z.number(),
  /** How often it was begun, as far as is known. */
  executions: z.number().int().min(0),
  end: z.strictObject({ order: place, atMs: z.number(), result }).exactOptional(),
  /** A person said that it had no effect: it may be done again, whatever it is. */
  repeat: z.literal(true).exactOptional(),
});

/** One step of a run. Written when it starts, and again when it ends. */
export type StepRecord = z.infer<typeof step>;

/** Parses what the store holds. Throws a ZodError that names the field. */
export const parseStep = (value: Json): StepRecord => step.parse(value);

/** The whole journal of a run, in the order of its steps. */
export const readSteps = async (space: Space, runId: string): Promise<readonly StepRecord[]> => {
  const steps: StepRecord[] = [];
  let after: string | undefined;
  do {
    const page = await space.records.list(stepPrefix(runId), after === undefined ? {} : { after });
    steps.push(...page.rows.map(({ value }) => parseStep(value)));
    after = page.next;
  } while (after !== undefined);
  return steps;
};

/** Began, and nobody knows whether it had an effect that must not be had twice. */
export const isUnknown = ({ end, idempotent, repeat }: StepRecord): boolean =>
  end === undefined && !idempotent && repeat !== true;

/** As the process of a run is told. */
export const journaled = ({ n, name, input, idempotent, heard, end }: StepRecord): JournaledStep => ({
  ...{ n, name, input, idempotent, heard },
  ...(end === undefined ? {} : { end: { order: end.order, result: end.result } }),
});

/** @param over the run has ended, or waits for a person: what has no end may or may not have had an effect */
export const stepView = (record: StepRecord, over: boolean): StepView => {
  const { n, name, idempotent, input, startedAtMs, executions, end } = record;
  const open = over ? "unknown" : "started";
  return {
    ...{ n, name, idempotent, input, startedAtMs, executions },
    state: end === undefined ? open : end.result.state,
    endedAtMs: end?.atMs,
    output: end?.result.state === "done" ? end.result.output : undefined,
    error: end?.result.state === "failed" ? end.result.error : undefined,
  };
};
