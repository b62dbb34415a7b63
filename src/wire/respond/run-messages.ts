import { z } from "zod";
import { securityEvent } from "./event-messages.ts";
import {
  enumOf,
  flag,
  jsonText,
  optionalJsonText,
  optionalText,
  optionalUint64,
  pageFields,
  text,
  textMap,
  uint32,
  uint64,
} from "../bytes/fields.ts";
import { askedVariable, playbookId } from "./playbook-messages.ts";

const runId = z.string("is missing").min(1).max(200);
/** What a person says of a step: the JSON of an output, or why it failed. */
const maxOutputChars = 64 * 1024;
const maxReasonChars = 1_000;
const maxSteps = 10_000;
const maxAnswers = 500;
const maxVariables = 100;
const maxVariableChars = 65_536;

export const runState = enumOf("RUN_STATE", [
  "queued",
  "running",
  "waiting",
  "done",
  "skipped",
  "failed",
  "cancelled",
  "dead",
]);
export type RunState = z.infer<typeof runState.schema>;

export const logLevel = enumOf("LOG_LEVEL", ["info", "warn", "error"]);

export const askKind = enumOf("RUN_ASK_KIND", ["unknown", "manual"]);

const ask = z.object({
  step: uint32(),
  /** `unknown`: whether the step had its effect. `manual`: to do what the text says. */
  kind: askKind.schema,
  text: text(),
  /** Of a manual step: what to do it with. A variable without a value has none. */
  inArgs: z.array(z.object({ name: text(), value: optionalText() })).default([]),
  /** Of a manual step: what the answer has to give. */
  outArgs: z.array(askedVariable).default([]),
});
/** What a person is asked about one step. */
export type RunAsk = z.infer<typeof ask>;

const question = z.object({
  steps: z.array(z.number()).default([]),
  text: text(),
  /** One for each of the steps. */
  asks: z.array(ask).default([]),
});

const run = z.object({
  id: text(),
  state: runState.schema,
  /** Key of the event. */
  event: text(),
  playbook: text(),
  version: text(),
  /** Absent: a person started it. */
  binding: optionalText(),
  priority: uint32(255),
  createdAtMs: uint64(),
  startedAtMs: optionalUint64(),
  endedAtMs: optionalUint64(),
  /** That executes it, or did last. */
  node: optionalText(),
  executions: uint32(),
  steps: z.object({ started: uint32(), done: uint32(), failed: uint32() }).default({ started: 0, done: 0, failed: 0 }),
  output: optionalJsonText(),
  failure: z.exactOptional(z.object({ reason: text(), message: text() })),
  /** The filter of the playbook that skipped it. */
  filter: optionalText(),
  /** It may be there while the run executes other steps. */
  question: z.exactOptional(question),
  /** When it goes on by itself. */
  waitsUntilMs: optionalUint64(),
  retryOf: optionalText(),
  log: z.array(z.object({ atMs: uint64(), level: logLevel.schema, text: text() })).default([]),
});

/** Where a run stands. Times in milliseconds since 1970; what has not happened yet is not there. */
export type Run = z.infer<typeof run>;

export const stepState = enumOf("STEP_STATE", ["started", "done", "failed", "unknown", "aborted"]);

/** Who executes a step: a thread of the run's process, its node, a person, or nobody, since it ends when its time is over. */
export const executedBy = enumOf("EXECUTED_BY", ["thread", "node", "person", "timer"]);

const step = z.object({
  n: uint32(),
  /** Of the action, or the type of a command of CACAO. */
  name: text(),
  by: executedBy.schema,
  state: stepState.schema,
  idempotent: flag(),
  input: jsonText(),
  startedAtMs: uint64(),
  endedAtMs: optionalUint64(),
  executions: uint32(),
  output: optionalJsonText(),
  failure: z.exactOptional(z.object({ code: text(), message: text() })),
});

/** One step of a run. */
export type Step = z.infer<typeof step>;

/** The request of every call about one run. */
export const runRequest = z.object({ id: runId });
export const runResponse = z.object({ run });
/** The answer of a call that makes a run. `known`: it was there. */
export const runMadeResponse = z.object({ id: text(), known: flag() });
export type RunMade = z.infer<typeof runMadeResponse>;

export const listRunsRequest = z.object({
  ...pageFields,
  states: z.array(runState.schema).max(8).default([]),
  playbook: optionalText(100),
  event: optionalText(200),
});
export const listRunsResponse = z.object({ runs: z.array(run).default([]), nextPageToken: text() });

export const listStepsRequest = z.object({ id: runId, ...pageFields });
export const listStepsResponse = z.object({ steps: z.array(step).default([]), nextPageToken: text() });

export const startRunRequest = z.object({
  playbook: playbookId,
  event: securityEvent,
  /** 0 … 255, lower first; absent: 100. */
  priority: z.exactOptional(z.number().int().min(0).max(255)),
  /** Of external variables, by name. */
  variables: textMap(maxVariables, maxVariableChars),
});
export const cancelRunResponse = z.object({ cancelled: flag() });

const stepNumber = z.number("is missing").int().min(1).max(maxSteps);
const answer = z.union(
  [
    z.strictObject({ step: stepNumber, done: jsonText(maxOutputChars) }),
    z.strictObject({ step: stepNumber, failed: z.string().max(maxReasonChars) }),
    z.strictObject({ step: stepNumber, repeat: z.literal(true) }),
  ],
  { error: "neither a step with done (JSON), failed or repeat, nor one alone of them" },
);

/** How a step ended, as a person says. `repeat`: it had no effect, it is to be done. */
export type StepAnswer = z.infer<typeof answer>;

export const answerRunRequest = z.object({ id: runId, answers: z.array(answer).min(1).max(maxAnswers) });
export const empty: z.ZodType<object> = z.object({});
