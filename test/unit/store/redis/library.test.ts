import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { inRepository } from "../../../support/built.ts";
import { composeLibrary, functionOf } from "../../../../src/store/redis/library.ts";

const folder = inRepository("src/store/redis/lua");
const filesOf = (kind: string): readonly string[] =>
  readdirSync(`${folder}/${kind}`).map((file) => `${kind}/${file.replace(".lua", "")}`);
const programs = [...filesOf("commands"), ...filesOf("queries")];
const models = filesOf("model");
const modules = new Set(models.map((file) => file.replace("model/", "")));

/** The code of a file, and the modules that it says it includes. */
const textOf = (file: string): { readonly code: string; readonly includes: readonly string[] } => {
  const text = readFileSync(`${folder}/${file}.lua`, "utf8");
  const includes = [...text.matchAll(/^--- @include (\w+)$/gm)].map(([, name = ""]) => name);
  return { code: text.replaceAll(/--.*$/gm, ""), includes };
};

const namesIn = (code: string, expression: RegExp): ReadonlySet<string> =>
  new Set([...code.matchAll(expression)].map(([, name = ""]) => name));

describe("the library of functions", () => {
  for (const file of [...programs, ...models]) {
    it(`${file} includes the modules that it names, no others`, () => {
      const { code, includes } = textOf(file);
      const own = file.replace("model/", "");
      const named = [...namesIn(code, /\b([a-z]+)\.\w+/g)].filter((name) => modules.has(name) && name !== own);
      // A module begins anew for the programs that include it: one that is named only would go on from another call.
      assert.deepEqual([...includes].sort(), named.sort());
    });
  }

  it("defines every function of a module that is called, and no other", () => {
    const { source } = composeLibrary([...programs].map((file) => ({ file, flags: [undefined] })));
    const defined = namesIn(source, /^function (\w+\.\w+)\(/gm);
    const named = namesIn(source, /(?<!function )\b((?:\w+)\.\w+)/g);
    const called = namesIn(source, /(?<!function )\b((?:\w+)\.\w+)\(/g);
    const ofModule = (name: string): boolean => modules.has(name.split(".")[0] ?? "");
    assert.deepEqual(
      [...called].filter((name) => ofModule(name) && !defined.has(name)),
      [],
    );
    assert.deepEqual(
      [...defined].filter((name) => ofModule(name) && !named.has(name)),
      [],
    );
  });

  it("has another name for another content, and names each function by its flag", () => {
    const [small, large] = [["commands/add"], ["commands/add", "commands/order-group"]].map((files) =>
      composeLibrary(files.map((file) => ({ file, flags: [undefined, "allow-oom"] as const }))),
    );
    assert.ok(small !== undefined && large !== undefined);
    assert.notEqual(small.name, large.name);
    const { name } = functionOf(large, "commands/order-group", "allow-oom");
    assert.equal(name, `${large.name}_order_group_allow_oom`);
    assert.ok(large.source.startsWith(`#!lua name=${large.name}\n`));
  });
});
