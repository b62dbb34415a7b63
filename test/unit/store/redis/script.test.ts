import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { composeScript } from "../../../../src/store/redis/script.ts";

const folder = new URL("../../../../src/store/redis/lua/", import.meta.url);
const files = ["commands", "queries"].flatMap((kind) =>
  readdirSync(new URL(kind, folder)).map((file) => `${kind}/${file.replace(".lua", "")}`),
);
const modules = new Set(readdirSync(new URL("model", folder)).map((file) => file.replace(".lua", "")));

describe("composed scripts", () => {
  for (const file of files) {
    it(`${file} defines every function of a module that it calls, and calls every one that it defines`, () => {
      const { source } = composeScript(file);
      const defined = new Set([...source.matchAll(/^function (\w+\.\w+)\(/gm)].map(([, name = ""]) => name));
      const named = [...source.matchAll(/(?<!function )\b(\w+)\.(\w+)/g)].filter(([, module = ""]) =>
        modules.has(module),
      );
      const called = new Set(named.map(([name]) => name));
      const missing = [...source.matchAll(/(?<!function )\b(\w+)\.(\w+)\(/g)]
        .filter(([, module = ""]) => modules.has(module))
        .map(([call]) => call.slice(0, -1))
        .filter((name) => !defined.has(name) && !source.includes(`${name} = `));
      assert.deepEqual(missing, []);
      const unused = [...defined].filter((name) => modules.has(name.split(".")[0] ?? "") && !called.has(name));
      assert.deepEqual(unused, []);
    });
  }
});
