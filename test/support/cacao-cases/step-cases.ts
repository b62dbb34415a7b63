import { action, idOf, playbookOf, type ShortPlaybook } from "../cacao/playbook-source.ts";
import { after, fails, gives, type ScriptedStep, type Answer } from "../cacao-runs.ts";
import { keyCase, type KeyCase, swap, to } from "./key-case.ts";

const script = ({ text }: ScriptedStep): Answer => {
  if (text.startsWith("fail")) return fails("broken");
  if (text.startsWith("open")) return "open";
  return text.startsWith("slow") ? after(50) : gives("given");
};
const run = { script };
const step = (name: string, key: string): readonly string[] => ["workflow", name, key];
const a = { a: action("a"), b: action("b"), c: action("c") };

const fastCalled = [playbookOf("called", { steps: { b: action("called") } })];

/** A step of each type, with `b` in its branch where it has one. */
const types: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  action: action("b"),
  "playbook-action": { type: "playbook-action", playbook_id: idOf("playbook", "called") },
  parallel: { type: "parallel", next_steps: ["b", "c"] },
  "if-condition": { type: "if-condition", condition: "__v__:value = 'x'", on_true: "b" },
  "while-condition": { type: "while-condition", condition: "__v__:value = 'x'", on_true: "b" },
  "switch-condition": { type: "switch-condition", switch: "__v__:value", cases: { x: "b", default: "c" } },
  end: { type: "end" },
};
const called = [
  playbookOf("called", {
    variables: { __v__: "x", __w__: { value: "w", external: true } },
    steps: { b: action("slow%20called/__w__:value", { out_args: ["__v__"] }) },
  }),
];
const typed = (type: string, more: object, inside = "given"): ShortPlaybook => ({
  variables: { __v__: "x" },
  steps: {
    s: {
      ...types[type],
      ...(type !== "end" && { on_success: "end", on_failure: "c" }),
      ...more,
      ...(type === "action" && action(inside)),
    },
    b: action(inside, { out_args: ["__v__"] }),
    c: action("c"),
  },
});
/** What delays, timeouts and the type do in a step of each type. */
const ofEachType = Object.keys(types).flatMap((type): readonly KeyCase[] => {
  const ended = type === "end" ? {} : { timeout: 20 };
  return [
    keyCase("step / delay", typed(type, { delay: 777 }), step("s", "delay"), '"ms":777', {
      about: type,
      ...run,
      called: fastCalled,
    }),
    ...(type === "end"
      ? []
      : [
          keyCase("step / timeout", typed(type, ended, "slow"), step("s", "timeout"), "ACTION_TIMEOUT", {
            about: type,
            ...run,
            called,
          }),
        ]),
    keyCase(`step ${type} / type`, typed(type, {}), step("s", "type"), '"status":"supported"', {
      mutate: to("other"),
      ...run,
      called,
    }),
  ];
});

const shadowing: ShortPlaybook = {
  variables: { __v__: "outer" },
  steps: {
    if: {
      type: "if-condition",
      condition: "__v__:value = 'inner'",
      on_true: "inside",
      on_completion: "behind",
      step_variables: { __v__: "inner" },
    },
    inside: action("inside/__v__:value"),
    behind: action("behind/__v__:value"),
  },
};

/** Keys of steps. */
export const stepCases: readonly KeyCase[] = [
  ...ofEachType,
  keyCase("step start / type", { steps: a }, ["workflow_start"], '"status":"supported"', {
    mutate: to(idOf("action", "tested b")),
  }),
  keyCase("step / name", { steps: { a: action("look", {}, "manual") } }, step("a", "name"), '"step_name":"a"'),
  keyCase(
    "step / description",
    { steps: { a: action("look", { description: "with care" }, "manual") } },
    step("a", "description"),
    '"description":"with care"',
  ),
  keyCase(
    "step / step_variables",
    shadowing,
    step("if", "step_variables"),
    '"executed":["inside/inner","behind/outer"]',
  ),
  keyCase(
    "step / on_completion",
    { steps: { a: action("a", { on_completion: "b" }), b: action("b") } },
    step("a", "on_completion"),
    '"executed":["a","b"]',
    { mutate: to(idOf("end", "tested end")) },
  ),
  keyCase(
    "step / on_success",
    { steps: { a: action("a", { on_success: "b", on_failure: "c" }), b: action("b"), c: action("c") } },
    step("a", "on_success"),
    '"executed":["a","b"]',
    { mutate: to(idOf("action", "tested c")) },
  ),
  keyCase(
    "step / on_failure",
    { steps: { a: action("fail", { on_success: "end", on_failure: "c" }), c: action("c") } },
    step("a", "on_failure"),
    '"executed":["fail","c"]',
    run,
  ),
  keyCase(
    "step / on_failure",
    {
      steps: {
        both: { ...types["parallel"], on_success: "end", on_failure: "d" },
        b: action("fail"),
        c: action("c"),
        d: action("d"),
      },
    },
    step("both", "on_failure"),
    '"d"]',
    { about: "of a parallel step, for a failure inside", ...run },
  ),
  keyCase(
    "step action / commands",
    { steps: { a: action(["1", "2"]) } },
    step("a", "commands"),
    '"executed":["1","2"]',
    { mutate: (value) => (value as unknown[]).slice(0, 1) },
  ),
  keyCase(
    "step action / agent",
    {
      agents: { other: { type: "http-api", address: { ipv4: ["127.0.0.9"] } } },
      steps: { a: action("a", { agent: "other" }) },
    },
    step("a", "agent"),
    "http://127.0.0.9/a",
    { mutate: to(idOf("http-api", "tested agent")) },
  ),
  keyCase(
    "step action / targets",
    {
      targets: { t: { type: "http-api", address: { ipv4: ["127.0.0.7"] } } },
      steps: { a: action("a", { targets: ["t"] }) },
    },
    step("a", "targets"),
    "http://127.0.0.7/a",
  ),
  keyCase(
    "step action / in_args",
    { variables: { __v__: "x" }, steps: { a: action("env", { in_args: ["__v__"] }, "bash") } },
    step("a", "in_args"),
    '"environment":{"__v__":"x"}',
  ),
  keyCase(
    "step action / out_args",
    { variables: { __v__: "x" }, steps: { a: action("a", { out_args: ["__v__"] }) } },
    step("a", "out_args"),
    '"__v__":"given"',
    run,
  ),
  keyCase(
    "step parallel / next_steps",
    { steps: { both: { ...types["parallel"] }, b: action("slow-b"), c: action("slow-c"), d: action("slow-d") } },
    step("both", "next_steps"),
    '"executed":["slow-b","slow-c"]',
    { mutate: swap(idOf("action", "tested c"), idOf("action", "tested d")), ...run },
  ),
  keyCase(
    "step if-condition / condition",
    typed("if-condition", { on_false: "c" }),
    step("s", "condition"),
    '"executed":["given"]',
    { mutate: to("__v__:value = 'y'"), ...run },
  ),
  keyCase(
    "step if-condition / on_true",
    typed("if-condition", { on_false: "c" }),
    step("s", "on_true"),
    '"executed":["given"]',
    { mutate: to(idOf("action", "tested c")), ...run },
  ),
  keyCase(
    "step if-condition / on_false",
    {
      variables: { __v__: "y" },
      steps: { s: { ...types["if-condition"], on_false: "c" }, b: action("b"), c: action("c") },
    },
    step("s", "on_false"),
    '"executed":["c"]',
  ),
  keyCase(
    "step while-condition / condition",
    typed("while-condition", {}),
    step("s", "condition"),
    '"executed":["given"]',
    { mutate: to("__v__:value = 'y'"), ...run },
  ),
  keyCase(
    "step while-condition / on_true",
    typed("while-condition", {}),
    step("s", "on_true"),
    '"executed":["given"]',
    { mutate: to(idOf("action", "tested d")), ...run, about: "the branch" },
  ),
  keyCase(
    "step switch-condition / switch",
    {
      variables: { __v__: "x", __w__: "y" },
      steps: { s: { ...types["switch-condition"] }, b: action("b"), c: action("c") },
    },
    step("s", "switch"),
    '"executed":["b"]',
    { mutate: to("__w__:value") },
  ),
  keyCase(
    "step switch-condition / cases",
    { variables: { __v__: "z" }, steps: { s: { ...types["switch-condition"] }, b: action("b"), c: action("c") } },
    [...step("s", "cases"), "default"],
    '"executed":["c"]',
    { about: "default" },
  ),
];
