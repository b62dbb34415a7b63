import assert from "node:assert/strict";
import { action, idOf, playbookOf, type ShortPlaybook } from "../../../../../support/cacao/playbook-source.ts";
import {
  type Answer,
  bundleOf,
  type CacaoRunSetup,
  CacaoTestRun,
  fails,
  failureOf,
  gives,
  type ScriptedStep,
  valuesOf,
} from "../../../../../support/cacao-runs.ts";

const call = (name: string, also: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> => ({
  type: "playbook-action",
  playbook_id: idOf("playbook", name),
  ...also,
});

const runOf = (
  main: ShortPlaybook,
  called: Readonly<Record<string, ShortPlaybook>>,
  setup: Omit<CacaoRunSetup, "bundle"> = {},
): CacaoTestRun => {
  const playbooks = Object.entries(called).map(([name, short]) => playbookOf(name, short));
  return new CacaoTestRun({ bundle: bundleOf(playbookOf("main", main), ...playbooks), ...setup });
};

const failing =
  (...texts: readonly string[]) =>
  ({ text }: ScriptedStep): Answer =>
    texts.includes(text) ? fails(`${text} failed`) : gives(text);

describe("a playbook-action of CACAO", () => {
  it("gives the other playbook values of the same name, and takes what it leaves", async () => {
    const run = runOf(
      {
        variables: { __in__: "of the caller", __out__: null, __own__: "kept" },
        steps: { a: call("other", { in_args: ["__in__"], out_args: ["__out__"], on_completion: "b" }), b: action("b") },
      },
      {
        other: {
          variables: { __in__: { external: true, value: null }, __out__: "declared", __own__: "of the other" },
          steps: { c: action("c", { out_args: ["__out__", "__own__"] }) },
        },
      },
      { script: ({ text }) => (text === "c" ? gives('{"out":"made","own":"changed"}') : gives("")) },
    );
    assert.deepEqual(valuesOf(await run.finish()), { __in__: "of the caller", __out__: "made", __own__: "kept" });
    assert.deepEqual(run.executed, ["c", "b"]);
  });

  it("hands over only what in_args names", async () => {
    const run = runOf(
      { variables: { __in__: "of the caller" }, steps: { a: call("other") } },
      { other: { variables: { __in__: { external: true, value: "declared" } }, steps: { c: action("__in__:value") } } },
    );
    valuesOf(await run.finish());
    assert.deepEqual(run.executed, ["declared"]);
  });

  it("fails when the other playbook has no variable that out_args names, and tells what it hands over in vain", async () => {
    const run = runOf(
      {
        variables: { __in__: "x", __out__: null },
        steps: { a: call("other", { in_args: ["__in__"], out_args: ["__out__"] }) },
      },
      { other: { variables: { __in__: "own" }, steps: { c: action("__in__:value") } } },
    );
    assert.match(failureOf(await run.finish()), /"a": __out__ is in out_args and no variable of the playbook$/);
    assert.deepEqual(run.executed, ["own"]);
    assert.match(run.lines.join("\n"), /"other": __in__ in in_args is no external variable of it/);
  });

  it("fails when an external variable gets no value, or one that does not fit", async () => {
    const other = (type: string): Readonly<Record<string, ShortPlaybook>> => ({
      other: { variables: { __in__: { type, external: true, value: null } }, steps: { c: action("c") } },
    });
    const none = runOf({ steps: { a: call("other") } }, other("string"));
    assert.match(
      failureOf(await none.finish()),
      /"a": playbook playbook--\S+ "other": its external variable __in__ has no/,
    );
    const main = { variables: { __in__: "many" }, steps: { a: call("other", { in_args: ["__in__"] }) } };
    assert.match(failureOf(await runOf(main, other("integer")).finish()), /"a": __in__ /);
  });

  it("fails as the other playbook does, after the exception step of that", async () => {
    const run = runOf(
      { steps: { a: call("other", { on_success: "end", on_failure: "b" }), b: action("b") } },
      { other: { steps: { c: action("c"), sorry: action("sorry") }, exception: "sorry" } },
      { script: failing("c") },
    );
    valuesOf(await run.finish());
    assert.deepEqual(run.executed, ["c", "sorry", "b"]);
    const unhandled = runOf(
      { steps: { a: call("other") } },
      { other: { steps: { c: action("c") } } },
      { script: failing("c") },
    );
    assert.match(
      failureOf(await unhandled.finish()),
      /^playbook-action--\S+ "a": playbook playbook--\S+ "other": action--\S+ "c": command 1 \(http-api\): threw: c failed$/,
    );
  });

  it("ends the other playbook without its exception step when its time is over", async () => {
    const run = runOf(
      { steps: { a: call("other", { timeout: 100, on_success: "end", on_failure: "b" }), b: action("b") } },
      { other: { steps: { c: action("c"), sorry: action("sorry") }, exception: "sorry" } },
      { script: ({ text }) => (text === "c" ? "open" : gives("")) },
    );
    valuesOf(await run.finish());
    assert.deepEqual(run.executed, ["c", "b"]);
  });

  it("goes 8 playbooks deep and not deeper", async () => {
    const recursive = { other: { steps: { c: action("c", { on_completion: "again" }), again: call("other") } } };
    const run = runOf({ steps: { a: call("other") } }, recursive);
    assert.match(failureOf(await run.finish()), /playbooks call each other deeper than 8$/);
    assert.equal(run.executed.length, 7);
  });

  it("fails for a playbook that its dates do not permit at the time of the run", async () => {
    for (const [key, value] of [
      ["valid_from", "2099-01-01T00:00:00Z"],
      ["valid_until", "2001-01-01T00:00:00Z"],
    ] as const) {
      const run = runOf(
        { steps: { a: call("other") } },
        { other: { steps: { c: action("c") }, also: { [key]: value } } },
      );
      assert.match(failureOf(await run.finish()), new RegExp(`"other": its ${key} does not permit it`));
    }
  });

  it("fails for a playbook that is not in the bundle", async () => {
    const version = "2020-01-01T00:00:00.000Z";
    const run = runOf(
      { steps: { a: call("other", { playbook_version: version }) } },
      { other: { steps: { c: action("c") } } },
    );
    assert.match(failureOf(await run.finish()), /"a": there is no playbook playbook--/);
  });

  it("takes the version that it names", async () => {
    const modified = "2026-01-01T00:00:00.000Z";
    const run = runOf(
      { steps: { a: call("other", { playbook_version: modified }) } },
      { other: { steps: { c: action("c") } } },
    );
    valuesOf(await run.finish());
    assert.deepEqual(run.executed, ["c"]);
  });
});
