import assert from "node:assert/strict";
import { Command } from "commander";
import { addCommands } from "../../../src/bin/commands/index.ts";

/** The paths of all commands that do something, such as `scan run`. */
const pathsOf = (command: Command): readonly string[] =>
  command.commands.flatMap((child) =>
    child.commands.length === 0 ? [child.name()] : pathsOf(child).map((rest) => `${child.name()} ${rest}`),
  );

const pathsFor = async (...args: readonly string[]): Promise<readonly string[]> => {
  const garrison = new Command("garrison");
  await addCommands(garrison, args, () => undefined);
  return pathsOf(garrison);
};

describe("commands are loaded when they are called", function () {
  this.timeout(20_000);

  it("every command is found by its name, alone or with those of its module", async () => {
    const all = await pathsFor();
    assert.ok(all.length > 20, all.join(", "));
    for (const path of all) {
      const called = await pathsFor(...path.split(" "), "--json");
      assert.ok(called.includes(path), `${path}: ${called.join(", ")}`);
      assert.ok(called.length <= 3, `${path}: ${called.join(", ")}`);
    }
  });

  it("all are there for help, for what is no command, and for a group alone", async () => {
    const all = await pathsFor();
    for (const args of [
      ["--help"],
      ["help", "scan"],
      ["nope"],
      ["scan"],
      ["scan", "nope"],
      ["run"],
      ["cluster", "run"],
    ]) {
      assert.deepEqual(await pathsFor(...args), all, args.join(" "));
    }
  });
});
