import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type LoadedPlaybook, loadPlaybook } from "../../../../../src/engines/playbook/child/module/load-playbook.ts";
import { PlaybookError } from "../../../../../src/engines/playbook/errors.ts";
import { tempDir } from "../../../../support/temp-dir.ts";

describe("the module of a playbook", () => {
  const folder = tempDir("module");
  let files = 0;
  after(() => folder.remove());

  const load = (code: string): Promise<LoadedPlaybook> => {
    const file = join(folder.path, `${++files}.mjs`);
    writeFileSync(file, code);
    return loadPlaybook(file);
  };

  const exported = `title = "Block", description = "Blocks", secrets = ["token", "token"],
    actions = { block: () => 1, tell: { idempotent: true, timeoutMs: 1_000, run() { return this.timeoutMs; } } },
    filters = { mining: () => true }, onStart = () => 1, onFinish = () => 2`;
  const facts = {
    title: "Block",
    description: "Blocks",
    actions: [
      { name: "block", idempotent: false, timeoutMs: undefined },
      { name: "tell", idempotent: true, timeoutMs: 1_000 },
    ],
    filters: ["mining"],
    secrets: ["token"],
    onFinish: true,
  };

  it("is known by what it exports by name", async () => {
    assert.deepEqual((await load(`export const ${exported};`)).facts, facts);
  });

  it("is known by one object that it exports as its default", async () => {
    const names = "title, description, secrets, actions, filters, onStart, onFinish";
    const playbook = await load(`const ${exported}; export default { ${names} };`);
    assert.deepEqual(playbook.facts, facts);
    const context = { signal: new AbortController().signal, idempotencyKey: "", runId: "", step: 1 };
    const tell = playbook.actions.get("tell");
    assert.equal(tell?.run(null, { ...context, secret: () => "", log: () => undefined }), 1_000);
  });

  it("need not have more than onStart", async () => {
    const { facts: least } = await load("export const onStart = () => 1;");
    const nothing = {
      title: undefined,
      description: undefined,
      actions: [],
      filters: [],
      secrets: [],
      onFinish: false,
    };
    assert.deepEqual(least, nothing);
  });

  const wrong: Readonly<Record<string, RegExp>> = {
    "actions = { block: 1 }": /actions\.block is neither a function/,
    "actions = { block: { run: 1 } }": /actions\.block\.run is no function/,
    "actions = { block: { run() {}, idempotent: 1 } }": /actions\.block\.idempotent/,
    "actions = { block: { run() {}, timeoutMs: 0 } }": /actions\.block\.timeoutMs/,
    "actions = { block: { run() {}, timeoutMs: 1.5 } }": /actions\.block\.timeoutMs/,
    "actions = []": /actions is no object/,
    "actions = { 'a b': () => 1 }": /actions has a name/,
    "actions = Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => ['a' + n, () => 1]))": /more than 1000/,
    "actions = { get block() { throw new Error('looked at'); } }": /looked at/,
    "filters = { mining: true }": /filters\.mining is no function/,
    "secrets = 'token'": /secrets is no list/,
    "secrets = [1]": /secrets is no list/,
    "title = 1": /title is no text/,
    "description = 'x'.repeat(10_001)": /description is no text/,
    "onFinish = 1": /onFinish is no function/,
  };
  for (const [code, message] of Object.entries(wrong)) {
    it(`is none with ${code}`, async () => {
      await assert.rejects(load(`export const onStart = () => 1, ${code};`), (error) => {
        assert.ok(error instanceof PlaybookError && error.code === "invalid-playbook", String(error));
        assert.match(error.message, message);
        return true;
      });
    });
  }
});
