import { z } from "zod";
import { kindShape, sourceShape } from "../../../events/index.ts";
import { variableNameShape } from "../../cacao/model/variable.ts";
import { playbookIdShape } from "../../playbook.ts";
import { catalogBounds } from "../bounds.ts";
import { durationMs } from "./duration.ts";

const dayMs = 86_400_000;

const duration = (leastMs: number, mostMs: number, words: string) =>
  z.string().transform((text, context) => {
    const ms = durationMs(text);
    if (ms !== undefined && ms >= leastMs && ms <= mostMs) return ms;
    context.addIssue({ code: "custom", message: `is a duration from ${words}, such as 90s, 10m or 2h` });
    return z.NEVER;
  });

const names = (shape: RegExp, what: string) =>
  z
    .array(z.string().regex(shape, `is no ${what}: ${String(shape)}`))
    .min(1)
    .max(64);

/** A field of the event's data as Sigma names them, or `$kind` or `$source` of the event itself. */
const field = z.string().min(1).max(200);
const word = z.string().min(1).max(100);
const path = z.string().min(1).max(500);

const when = z
  .strictObject({
    kinds: z
      .array(
        z.string().refine((kind) => kind === "*" || kindShape.test(kind), `is neither "*" nor ${String(kindShape)}`),
      )
      .min(1)
      .max(64)
      .optional(),
    sources: names(sourceShape, "name of a source").optional(),
    logsource: z.strictObject({ category: word, product: word, service: word }).partial().optional(),
    // What it may be is Sigma's matter.
    detection: z.unknown().optional(),
    rule: path.optional(),
    rules: z.union([path, z.array(path).min(1).max(100)]).optional(),
  })
  .superRefine(({ kinds, sources, logsource, detection, rule, rules }, context) => {
    const refuse = (message: string): void => context.addIssue({ code: "custom", message });
    const conditions = [detection, rule, rules].filter((given) => given !== undefined).length;
    if (conditions > 1) refuse("has more than one of detection, rule and rules: make a binding of each");
    if (conditions === 0 && kinds === undefined && sources === undefined) {
      refuse('has no condition: give kinds ("*" for every one), sources, detection, rule or rules');
    }
    if (logsource !== undefined && detection === undefined) {
      refuse("has a logsource without a detection: a rule brings its own");
    }
  });

/** A value that YAML writes without quotes is meant as its text. */
const boundValue = z
  .union([z.string(), z.number(), z.boolean()], "is a text, a number or true or false")
  .transform(String)
  .refine(
    (value) => value.length <= catalogBounds.variableChars,
    `has at most ${catalogBounds.variableChars} characters`,
  );
const boundVariable = z.union(
  [z.strictObject({ field }), z.strictObject({ value: boundValue })],
  "is {field: NAME}, of the event, or {value: TEXT}",
);
const variables = z
  .record(z.string(), boundVariable, "are names with a field or a value each, such as __address__: {field: source.ip}")
  .superRefine((given, context) => {
    const names = Object.keys(given);
    if (names.length > catalogBounds.variables) context.addIssue(`are at most ${catalogBounds.variables}`);
    for (const name of names.filter((each) => !variableNameShape.test(each))) {
      context.addIssue({ code: "custom", path: [name], message: "is no name of a variable, such as __address__" });
    }
  });

/** One binding as it stands in a file. */
export const bindingShape = z.strictObject({
  id: z.string().regex(playbookIdShape, `is no id: ${String(playbookIdShape)}`),
  title: z.string().min(1).max(200).optional(),
  when,
  run: z
    .array(z.string().regex(playbookIdShape, `is no id of a playbook: ${String(playbookIdShape)}`))
    .min(1)
    .max(32)
    .refine((ids) => new Set(ids).size === ids.length, "names a playbook twice"),
  priority: z.int().min(0).max(255).default(100),
  dedup: z
    .strictObject({ by: z.array(field).min(1).max(16), window: duration(1_000, 7 * dayMs, "1s to 7d") })
    .optional(),
  rate: z.strictObject({ events: z.int().min(1).max(1_000_000), per: duration(1_000, dayMs, "1s to 1d") }).optional(),
  variables: variables.default({}),
  enabled: z.boolean().default(true),
});

export type WrittenBinding = z.infer<typeof bindingShape>;
