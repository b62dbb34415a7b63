import { z } from "zod";
import type { Json } from "../../../base/json.ts";
import { type ExecutedBy, type JournaledStep, stepErrorCodes } from "../../../engines/playbook/index.ts";
import type { Space } from "../../../store/index.ts";
import { runHasEnded, type RunState, type StepView } from "../views.ts";
import { stepPrefix } from "./keys.ts";

const text = z.string();
const json = z.custom<Json>((value) => value !== undefined);
const place = z.number().int().min(1);

export const stepResult = z.union([
  z.strictObject({ state: z.literal("done"), output: json }),
  z.strictObject({
    state: z.literal("failed"),
    error: z.strictObject({
      code: z.enum(stepErrorCodes),
      message: text,
    }),
  }),
]);

const step = z.strictObject({
  n: place,
  name: text,
  input: json,
  /** Absent: a thread. */
  by: z.enum(["node", "person", "timer"]).exactOptional(),
  idempotent: z.boolean(),
  heard: z.number().int().min(0),
  startedAtMs: z.number(),
  /** How often it was begun, as far as is known. */
  executions: z.number().int().min(0),
  end: z.strictObject({ order: place, atMs: z.number(), result: stepResult }).exactOptional(),
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

export const executedBy = ({ by }: Pick<StepRecord, "by">): ExecutedBy => by ?? "thread";

/** It is executed, and not only waited for: it may have an effect, and each execution of the run executes it until it ends. */
export const isExecuted = ({ by }: Pick<StepRecord, "by">): boolean => by !== "person" && by !== "timer";

/** Began, and nobody knows whether it had an effect that must not be had twice. */
export const isUnknown = (step: StepRecord): boolean =>
  step.end === undefined && isExecuted(step) && !step.idempotent && step.repeat !== true;

/** A person is to do it, and has not said how it went. */
export const isAsked = ({ by, end }: StepRecord): boolean => by === "person" && end === undefined;

/** As the process of a run is told. */
export const journaled = (step: StepRecord): JournaledStep => {
  const { n, name, input, idempotent, heard, startedAtMs, end } = step;
  return {
    ...{ n, name, input, by: executedBy(step), idempotent, heard, startedAtMs },
    ...(end === undefined ? {} : { end: { order: end.order, result: end.result } }),
  };
};

/** @param state of its run */
export const stepView = (record: StepRecord, state: RunState): StepView => {
  const { n, name, idempotent, input, startedAtMs, executions, end } = record;
  return {
    ...{ n, name, by: executedBy(record), idempotent, input, startedAtMs, executions },
    state: end === undefined ? openState(record, state) : end.result.state,
    endedAtMs: end?.atMs,
    output: end?.result.state === "done" ? end.result.output : undefined,
    error: end?.result.state === "failed" ? end.result.error : undefined,
  };
};

/** Of a step without an end. */
const openState = (step: StepRecord, state: RunState): StepView["state"] => {
  if (isExecuted(step)) return state === "waiting" || runHasEnded(state) ? "unknown" : "started";
  return runHasEnded(state) ? "aborted" : "started";
};
