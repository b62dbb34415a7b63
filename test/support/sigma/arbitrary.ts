import fc from "fast-check";
import type { EventData } from "../../../src/engines/events/index.ts";

/** Few words, in and beside which rules and events meet. */
const words = [
  "cmd.exe",
  "CMD",
  "power",
  "shell",
  "\\Temp\\",
  "http://",
  "-enc",
  "/c",
  "a",
  "4688",
  "é",
  "x\u{1f600}",
  "ſ",
  "",
];
const fields = ["Image", "CommandLine", "ParentImage", "EventID", "User"];

const word = fc.constantFrom(...words);
const text = fc.array(word, { maxLength: 4 }).map((parts) => parts.join(""));
/** A text of a rule: words, wildcards and escapes. */
const pattern = fc
  .array(fc.oneof({ weight: 4, arbitrary: word }, fc.constantFrom("*", "?", "\\*", "\\?", "\\\\", "\\")), {
    maxLength: 5,
  })
  .map((parts) => parts.join(""));

const eventValue = fc.oneof(
  { weight: 6, arbitrary: text },
  fc.integer({ min: 4_686, max: 4_690 }),
  fc.boolean(),
  fc.constant(null),
  fc.array(text, { maxLength: 3 }),
);

/** Data of an event, flat or as a record of Windows' event log. */
export const someData: fc.Arbitrary<EventData> = fc
  .tuple(fc.dictionary(fc.constantFrom(...fields), eventValue, { maxKeys: 5 }), fc.boolean())
  .map(([data, nested]) => (nested ? { Event: { System: { Computer: "host" }, EventData: data } } : data));

const oneOrMore = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | Value[]> =>
  fc.oneof(value, fc.array(value, { minLength: 1, maxLength: 4 }));

/** A key with modifiers that go with each other, and values that go with them. */
const item: fc.Arbitrary<readonly [key: string, value: unknown]> = fc.oneof(
  fc.tuple(
    fc.constantFrom(
      "",
      "|contains",
      "|startswith",
      "|endswith",
      "|cased",
      "|contains|cased",
      "|windash|contains",
      "|contains|neq",
    ),
    oneOrMore(pattern),
  ),
  fc.tuple(fc.constantFrom("|contains|all", "|all"), fc.array(pattern, { minLength: 1, maxLength: 3 })),
  fc.tuple(fc.constantFrom("", "|gt", "|lte", "|neq"), fc.integer({ min: 4_686, max: 4_690 })),
  fc.tuple(
    fc.constantFrom("|re", "|re|i"),
    oneOrMore(fc.constantFrom("cmd", "^CMD", "(power)?shell", "a|b", "[a-d]+md\\.exe$", "k?s")),
  ),
  fc.tuple(fc.constantFrom("|fieldref", "|fieldref|contains", "|fieldref|neq"), fc.constantFrom(...fields)),
  fc.tuple(fc.constant("|exists"), fc.boolean()),
  fc.tuple(fc.constant(""), fc.oneof(fc.constant(null), fc.boolean())),
);

const map = fc
  .array(fc.tuple(fc.constantFrom(...fields), item), { minLength: 1, maxLength: 3 })
  .map((items) => Object.fromEntries(items.map(([field, [modifiers, value]]) => [field + modifiers, value])));

const selection = fc.oneof(
  { weight: 3, arbitrary: map },
  fc.array(fc.oneof(map, pattern), { minLength: 1, maxLength: 3 }),
  fc.array(pattern, { minLength: 1, maxLength: 2 }),
);

const { condition } = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constantFrom("sel_a", "sel_b", "other", "1 of sel_*", "all of sel_*", "2 of them", "all of them", "any of *"),
    tie("condition").map((inner) => `not ${inner}`),
    fc.tuple(tie("condition"), fc.constantFrom("and", "or"), tie("condition")).map((parts) => parts.join(" ")),
    tie("condition").map((inner) => `(${inner})`),
  ),
}));

/** A detection, as YAML has it. */
export const someDetection: fc.Arbitrary<Readonly<Record<string, unknown>>> = fc.record({
  sel_a: selection,
  sel_b: selection,
  other: selection,
  condition,
});
