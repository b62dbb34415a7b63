import { action, idOf, playbookOf, type ShortPlaybook } from "../cacao/playbook-source.ts";
import { fails, gives } from "../cacao-runs.ts";
import { keyCase, type KeyCase, to } from "./key-case.ts";

const step = (name: string, key: string): readonly string[] => ["workflow", name, key];
/** A playbook that is called, with a variable that is handed over and one that is given back. */
const called = [
  playbookOf("called", {
    variables: { __v__: "x", __w__: { value: "w", external: true } },
    steps: { b: action("called/__w__:value", { out_args: ["__v__"] }) },
  }),
];
const call = (more: object, variables: ShortPlaybook["variables"] = { __v__: "x" }): ShortPlaybook => ({
  variables: { ...variables },
  steps: { s: { type: "playbook-action", playbook_id: idOf("playbook", "called"), ...more } },
});
const versions = ["2026-01-01", "2026-02-02"].map((day) =>
  playbookOf("called", { steps: { b: action(`of-${day}`) }, also: { modified: `${day}T00:00:00.000Z` } }),
);
const other = playbookOf("other", { steps: { b: action("other") } });

/** Keys of steps that call other playbooks, and of what is called. */
export const callCases: readonly KeyCase[] = [
  keyCase("step playbook-action / playbook_id", call({}), step("s", "playbook_id"), '"executed":["called/w"]', {
    mutate: to(idOf("playbook", "other")),
    called: [...called, other],
  }),
  keyCase(
    "step playbook-action / playbook_version",
    call({ playbook_version: "2026-01-01T00:00:00.000Z" }),
    step("s", "playbook_version"),
    '"executed":["of-2026-01-01"]',
    { called: versions },
  ),
  keyCase(
    "step playbook-action / in_args",
    call({ in_args: ["__w__"] }, { __w__: "handed" }),
    step("s", "in_args"),
    "called/handed",
    { called },
  ),
  keyCase(
    "step playbook-action / out_args",
    call({ out_args: ["__v__"] }, { __v__: "before" }),
    step("s", "out_args"),
    '"__v__":"given"',
    { called, script: () => gives("given") },
  ),
  keyCase("playbook / id", call({}), ["called", 0, "id"], '"executed":["called/w"]', {
    mutate: to(idOf("playbook", "strange")),
    called,
  }),
  keyCase("playbook / modified", call({}), ["called", 1, "modified"], '"executed":["of-2026-02-02"]', {
    mutate: to("2026-01-01T00:00:00.000Z"),
    called: [versions[0] ?? {}, versions[1] ?? {}],
  }),
  keyCase("playbook / name", call({}), ["called", 0, "name"], '\\"telling\\"', {
    mutate: to("x"),
    called: [{ ...playbookOf("called", { steps: { b: action("fail") } }), name: "telling" }],
    script: () => fails("broken"),
  }),
];
