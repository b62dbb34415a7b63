import assert from "node:assert/strict";
import { action, command } from "../../../../../support/cacao/playbook-source.ts";
import { after, fails, failureOf, gives, runOf, valuesOf } from "../../../../../support/cacao-runs.ts";

const targets = {
  one: { type: "http-api", address: { ipv4: ["127.0.0.1"] } },
  two: { type: "http-api", address: { ipv4: ["127.0.0.2"] } },
};
const both = { targets: ["one", "two"] };

describe("an action of a CACAO playbook for several targets", () => {
  it("executes its commands for each in their order, the targets beside each other", async () => {
    const run = runOf(
      { targets, steps: { a: action(["a", "b"], both) } },
      { script: ({ text, target }) => after(target === "one" && text === "a" ? 20 : 1) },
    );
    valuesOf(await run.finish());
    assert.deepEqual(run.executed, ["a@one", "a@two", "b@two", "b@one"]);
  });

  it("ends the commands of the target that failed, and fails when all have ended", async () => {
    const run = runOf(
      { targets, steps: { a: action(["a", "b", "c"], { ...both, on_completion: "next" }), next: action("next") } },
      { script: ({ text, target }) => (text === "a" && target === "one" ? fails("no way") : after(5)) },
    );
    assert.match(
      failureOf(await run.finish()),
      /^action--\S+ "a": command 1 \(http-api\) on target "one": threw: no way$/,
    );
    assert.deepEqual(run.executed, ["a@one", "a@two", "b@two", "c@two"]);
  });

  it("tells how many failed", async () => {
    const run = runOf({ targets, steps: { a: action("a", both) } }, { script: () => fails() });
    assert.match(failureOf(await run.finish()), /on target "one": threw: it failed \(and so did 1 more\)$/);
  });

  for (const type of ["bash", "manual", "sigma", "yara", "garrison"]) {
    it(`executes ${type} once, when all targets have come to it`, async () => {
      const commands = [command("a"), command("once", type), command("b")];
      const run = runOf(
        { targets, steps: { a: { commands, ...both } } },
        { script: ({ target }) => after(target === "one" ? 20 : 1) },
      );
      valuesOf(await run.finish());
      assert.deepEqual(run.executed, ["a@one", "a@two", "once", "b@one", "b@two"]);
    });
  }

  it("goes on with what acts once for the targets that are left", async () => {
    const commands = [command("a"), command("once", "bash"), command("b")];
    const run = runOf(
      { targets, steps: { a: { commands, ...both } } },
      { script: ({ text, target }) => (text === "a" && target === "two" ? fails() : gives("")) },
    );
    failureOf(await run.finish());
    assert.deepEqual(run.executed, ["a@one", "a@two", "once", "b@one"]);
  });

  it("ends all targets when what acts once fails", async () => {
    const commands = [command("a"), command("once", "bash"), command("b")];
    const run = runOf(
      { targets, steps: { a: { commands, ...both } } },
      { script: ({ text }) => (text === "once" ? fails() : gives("")) },
    );
    assert.match(failureOf(await run.finish()), /command 2 \(bash\): threw: it failed$/);
    assert.deepEqual(run.executed, ["a@one", "a@two", "once"]);
  });

  it("gives a dictionary the values of all targets, and another variable that of the last", async () => {
    const run = runOf(
      {
        targets,
        variables: { __all__: { type: "dictionary" }, __last__: null },
        steps: { a: action("a", { ...both, out_args: ["__all__", "__last__"] }) },
      },
      {
        script: ({ target }) =>
          after(target === "one" ? 20 : 1, gives(JSON.stringify({ all: target, last: `last ${target}` }))),
      },
    );
    const { __all__: all = "", __last__: last } = valuesOf(await run.finish());
    assert.equal(last, "last two");
    assert.deepEqual(Object.values(JSON.parse(String(all)) as object), ["one", "two"]);
    assert.match(String(all), /^\{"http-api--[^"]+":"one","http-api--/);
  });
});
