import { z } from "zod";
import type { Json } from "../../../base/json.ts";
import type { RunQuestion, RunView } from "../views.ts";

const text = z.string();
const count = z.number().int().min(0);

const record = z.strictObject({
  state: z.enum(["queued", "running", "waiting", "done", "skipped", "failed", "cancelled", "dead"]),
  event: text,
  playbook: z.strictObject({ id: text, version: text }),
  binding: text.exactOptional(),
  priority: count,
  createdAtMs: z.number(),
  startedAtMs: z.number().exactOptional(),
  endedAtMs: z.number().exactOptional(),
  node: text.exactOptional(),
  executions: count,
  steps: z.strictObject({ started: count, done: count, failed: count }),
  output: z.custom<Json>((value) => value !== undefined).exactOptional(),
  failure: z
    .strictObject({
      reason: z.enum([
        "threw",
        "crashed",
        "memory",
        "deadline",
        "stalled",
        "invalid",
        "not-deterministic",
        "protocol",
        "too-large",
        "step",
        "lost",
      ]),
      message: text,
    })
    .exactOptional(),
  filter: text.exactOptional(),
  /** The texts of what a person does are in the journal, which has room for them. */
  question: z
    .strictObject({ unknown: z.array(count).readonly(), manual: z.array(count).readonly(), text })
    .exactOptional(),
  /** It waits, and goes on by itself then: its item of the queue is delayed. */
  untilMs: z.number().exactOptional(),
  retryOf: text.exactOptional(),
  /** How often it was let go on after it had waited, or will be at `untilMs`: each time as another item of the queue. */
  resumes: count,
  /** Token of the claim that a process was last begun under, or is about to be. */
  claim: count.exactOptional(),
  trace: text.exactOptional(),
});

/** Where a run stands, as it was last written down: an item of the queue that is newer than that says more. */
export type RunRecord = z.infer<typeof record>;

/** Parses what the store holds. Throws a ZodError that names the field. */
export const parseRunRecord = (value: Json): RunRecord => record.parse(value);

/** The queue item that executes the run. */
export const itemOf = (id: string, { resumes }: Pick<RunRecord, "resumes">): string =>
  resumes === 0 ? id : `${id}.${resumes}`;

/** The same run when it waits for nothing any more. */
export const withoutQuestion = (run: RunRecord): RunRecord => {
  const next = { ...run };
  delete next.question;
  delete next.untilMs;
  return next;
};

type StoredQuestion = Exclude<RunRecord["question"], undefined>;

/** All steps of a question, in the order of the journal. */
export const askedSteps = ({ unknown, manual }: Pick<StoredQuestion, "unknown" | "manual">): readonly number[] =>
  [...unknown, ...manual].sort((a, b) => a - b);

/** A run as it is written down, with what is asked. */
export const runView = (id: string, run: RunRecord, asks: RunQuestion["asks"] = []): RunView => ({
  id,
  state: run.state,
  event: run.event,
  playbook: run.playbook,
  binding: run.binding,
  priority: run.priority,
  createdAtMs: run.createdAtMs,
  startedAtMs: run.startedAtMs,
  endedAtMs: run.endedAtMs,
  node: run.node,
  executions: run.executions,
  steps: run.steps,
  output: run.output,
  failure: run.failure,
  filter: run.filter,
  question: run.question === undefined ? undefined : { steps: askedSteps(run.question), text: run.question.text, asks },
  untilMs: run.untilMs,
  retryOf: run.retryOf,
  log: [],
});
