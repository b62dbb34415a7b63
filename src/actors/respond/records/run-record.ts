import { z } from "zod";
import type { Json } from "../../../base/json.ts";
import type { RunView } from "../views.ts";

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
        "lost",
      ]),
      message: text,
    })
    .exactOptional(),
  filter: text.exactOptional(),
  question: z.strictObject({ steps: z.array(count).readonly(), text }).exactOptional(),
  retryOf: text.exactOptional(),
  /** How often a person's answer let it go on: each time as another item of the queue. */
  answers: count,
  trace: text.exactOptional(),
});

/** Where a run stands, as it was last written down: an item of the queue that is newer than that says more. */
export type RunRecord = z.infer<typeof record>;

/** Parses what the store holds. Throws a ZodError that names the field. */
export const parseRunRecord = (value: Json): RunRecord => record.parse(value);

/** The queue item that executes the run. */
export const itemOf = (id: string, { answers }: Pick<RunRecord, "answers">): string =>
  answers === 0 ? id : `${id}.${answers}`;

/** The same run when nothing is asked any more. */
export const withoutQuestion = (run: RunRecord): RunRecord => {
  const next = { ...run };
  delete next.question;
  return next;
};

/** A run as it is written down. */
export const runView = (id: string, run: RunRecord, log: RunView["log"] = []): RunView => ({
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
  question: run.question,
  retryOf: run.retryOf,
  log,
});
