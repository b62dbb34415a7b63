import { z } from "zod";
import type { Json } from "../../../base/json.ts";
import { printable } from "../../../base/printable.ts";
import { PlaybookError } from "../errors.ts";
import { executors, stepErrorCodes, type StepResult } from "../journal.ts";
import { playbookBounds } from "../playbook.ts";
import { type FromChild, textBounds } from "./messages.ts";
import { valueProblem } from "./values.ts";

const count = z.int().min(0).max(playbookBounds.steps);
const n = count.min(1);
const name = z.string().min(1).max(textBounds.nameChars);
const text = z.string().max(textBounds.chars);
/** Milliseconds since 1970, up to the last moment that a Date can hold. */
const moment = z.number().min(0).max(8.64e15);
/** Of what is said about a message: names in it are those of whoever wrote it. */
const problemChars = 200;

/** What came as JSON is JSON; what is asked is how much it is. */
const json = z
  .custom<Json>((value) => value !== undefined, "it is missing")
  .check(({ value, issues }) => {
    const problem = valueProblem(value)?.message;
    if (problem !== undefined) issues.push({ code: "custom", message: problem, input: value });
  });

const stepResult = z.discriminatedUnion("state", [
  z.strictObject({ state: z.literal("done"), output: json }),
  z.strictObject({
    state: z.literal("failed"),
    error: z.strictObject({ code: z.enum(stepErrorCodes), message: text }),
  }),
]) satisfies z.ZodType<StepResult>;

const steps = z
  .array(z.strictObject({ n, name, input: json, by: z.enum(executors), idempotent: z.boolean(), heard: count }))
  .min(1)
  .max(playbookBounds.steps);

const lines = z
  .array(
    z.strictObject({
      atMs: moment,
      level: z.enum(["info", "warn", "error"]),
      text: z.string().max(playbookBounds.lineChars),
    }),
  )
  .max(playbookBounds.lines);

const facts = z.strictObject({
  title: text.optional(),
  description: text.optional(),
  actions: z
    .array(z.strictObject({ name, idempotent: z.boolean(), timeoutMs: z.int().min(1).optional() }))
    .max(textBounds.names),
  filters: z.array(name).max(textBounds.names),
  secrets: z.array(name).max(textBounds.names),
  onFinish: z.boolean(),
});

const message = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("ready") }),
  z.strictObject({ type: z.literal("described"), facts }),
  z.strictObject({ type: z.literal("started"), steps }),
  z.strictObject({
    type: z.literal("ended"),
    ends: z
      .array(z.strictObject({ n, result: stepResult }))
      .min(1)
      .max(playbookBounds.steps),
  }),
  z.strictObject({ type: z.literal("run"), n }),
  z.strictObject({ type: z.literal("abort"), n }),
  z.strictObject({ type: z.literal("waits"), untilMs: moment.optional() }),
  z.strictObject({ type: z.literal("logged"), lines }),
  z.strictObject({ type: z.literal("stalled"), forMs: z.number().min(0) }),
  z.strictObject({ type: z.literal("done"), output: json }),
  z.strictObject({ type: z.literal("skipped"), filter: name }),
  z.strictObject({
    type: z.literal("failed"),
    reason: z.enum(["threw", "invalid", "not-deterministic", "too-large", "step"]),
    message: text,
  }),
]);

/**
 * What the process of a run said, which may be anything: a playbook can write on its channel too.
 * @throws PlaybookError `protocol` that names the first thing that is wrong
 */
export const parseFromChild = (value: object): FromChild => {
  const result = message.safeParse(value);
  if (result.success) return result.data as FromChild;
  const [issue] = result.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? "a message" : issue.path.join(".");
  const problem = printable(issue?.message ?? "cannot be read", problemChars);
  throw new PlaybookError("protocol", `${place} of a playbook's process: ${problem}`);
};
