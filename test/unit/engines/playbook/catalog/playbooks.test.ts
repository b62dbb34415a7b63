import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import * as sdk from "../../../../../src/engines/playbook/sdk/index.ts";
import { sdkModule } from "../../../../../src/engines/playbook/catalog/modules/sdk-module.ts";
import { systemClock } from "../../../../../src/base/clock.ts";
import { openCatalog } from "../../../../../src/engines/playbook/index.ts";
import { emptyPlaybook, type Folders, folders } from "./folders.ts";

const moduleOf = async (code: string): Promise<Readonly<Record<string, unknown>>> =>
  (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as Readonly<Record<string, unknown>>;

describe("folders of playbooks", () => {
  let made: Folders | undefined;
  const having = (files: Readonly<Record<string, string>>): Folders => {
    made = folders(files);
    return made;
  };
  afterEach(() => made?.remove());

  /** The problems of files by their names. */
  const problemsOf = async (files: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>> => {
    const { problems } = await having(files).load();
    return Object.fromEntries(
      problems.map(({ file, at, message }) => [basename(file), `${at} ${message}`.trim()] as const),
    );
  };

  it("makes one module of a playbook, what it imports, its packages and the SDK", async () => {
    const found = having({
      "playbooks/block.ts": `import { definePlaybook } from "garrison/playbook";
        import { greeting } from "./lib/greeting.ts";
        import { name } from "named";
        import { readFileSync } from "node:fs";
        interface Input { readonly host: string }
        export default definePlaybook({
          actions: { greet: ({ host }: Input) => greeting + name + host + typeof readFileSync },
          onStart: () => null,
        });`,
      "playbooks/lib/greeting.ts": `export const greeting: string = "hello ";`,
      "playbooks/node_modules/named/package.json": `{"name": "named", "main": "main.js"}`,
      "playbooks/node_modules/named/main.js": `const { sep } = require("path"); exports.name = sep;`,
    });
    const { playbooks, problems } = await found.load();
    assert.deepEqual(problems, []);
    const { default: playbook } = await moduleOf(playbooks.get("block")?.code ?? "");
    const { actions } = playbook as { readonly actions: { greet(input: object): string } };
    assert.equal(actions.greet({ host: "h" }), "hello /hfunction");
  });

  it("takes the files at the top with a playbook's ending, and nothing that only serves others", async () => {
    const { playbooks, problems } = await having({
      ...Object.fromEntries(["a.ts", "b.mts", "c.js", "d.mjs"].map((name) => [`playbooks/${name}`, emptyPlaybook])),
      "playbooks/_shared.ts": "",
      "playbooks/types.d.ts": "",
      "playbooks/lib/other.ts": "",
      "playbooks/.hidden.ts": "",
      "playbooks/package.json": "{}",
      "playbooks/tsconfig.json": "{}",
      "playbooks/README.md": "",
    }).load();
    assert.deepEqual([...playbooks.keys()], ["a", "b", "c", "d"]);
    assert.deepEqual(problems, []);
  });

  it("gives equal files an equal version wherever they are, and another one when anything in them changes", async () => {
    const first = having({
      "playbooks/a.ts": `import { x } from "./_x.ts"; ${emptyPlaybook} x();`,
      "playbooks/_x.ts": "export const x = () => 1;",
    });
    const before = (await first.load()).playbooks.get("a");
    const second = folders();
    try {
      cpSync(first.playbooks, second.playbooks, { recursive: true });
      assert.equal((await second.load()).playbooks.get("a")?.version, before?.version);
      second.write("playbooks/_x.ts", "export const x = () => 2;");
      assert.notEqual((await second.load()).playbooks.get("a")?.version, before?.version);
      assert.equal(before?.code.includes(first.playbooks), false);
    } finally {
      second.remove();
    }
  });

  it("says the line and column of what cannot be read, and what is not exported", async () => {
    const problems = await problemsOf({
      "playbooks/syntax.ts": "\nexport const = 1;",
      "playbooks/missing.ts": `import "./nowhere.ts";`,
      "playbooks/nothing.ts": "export const onStart = () => null;",
      "playbooks/Wrong Name.ts": emptyPlaybook,
      "playbooks/cacao.json": `{"type": "playbook"}`,
      "playbooks/other.json": `{"type": "bundle"}`,
      "playbooks/broken.json": "{",
    });
    assert.match(problems["syntax.ts"] ?? "", /^2:14 Expected identifier/);
    assert.match(problems["missing.ts"] ?? "", /^1:8 Could not resolve/);
    assert.equal(problems["nothing.ts"], "does not export actions");
    assert.match(problems["Wrong Name.ts"] ?? "", /^has a name/);
    assert.match(problems["cacao.json"] ?? "", /is missing: it has to be an object$/);
    assert.match(problems["other.json"] ?? "", /^is no CACAO playbook/);
    assert.match(problems["broken.json"] ?? "", /^is not JSON: /);
  });

  it("never executes a playbook, and reads nothing outside of the folder", async () => {
    const found = having({
      "playbooks/outside.ts": `import secret from "../secret.json"; ${emptyPlaybook} secret;`,
      "playbooks/package.ts": `import "./lib/linked.ts"; ${emptyPlaybook}`,
      "playbooks/lib/other.ts": "",
      "playbooks/acts.ts": `${emptyPlaybook} throw new Error("executed");`,
      "secret.json": `{"key": "hush"}`,
    });
    symlinkSync(join(found.playbooks, "../secret.json"), join(found.playbooks, "linked.ts"));
    symlinkSync(join(found.playbooks, "../secret.json"), join(found.playbooks, "lib/linked.ts"));
    symlinkSync("acts.ts", join(found.playbooks, "again.ts"));
    const { playbooks, problems } = await found.load();
    assert.deepEqual([...playbooks.keys()], ["acts", "again"]);
    assert.equal(playbooks.get("again")?.code.includes("// acts.ts"), false);
    const messages = problems.map(({ message }) => message).join("\n");
    assert.equal(JSON.stringify(problems).includes("hush"), false);
    assert.match(messages, /linked\.ts|is a link that leads out/);
    assert.equal(problems.length, 3);
    assert.match(messages, /imports \.\.\/secret\.json, which is outside/);
  });

  it("names both files of two playbooks with one id, and uses the first", async () => {
    const found = having({ "playbooks/a.js": emptyPlaybook, "playbooks/a.ts": emptyPlaybook });
    const { playbooks, problems } = await found.load();
    assert.equal(playbooks.size, 1);
    assert.equal(problems.length, 1);
    assert.match(problems[0]?.file ?? "", /a\.ts$/);
    assert.match(problems[0]?.message ?? "", /a\.js/);
  });

  it("refuses what is no file and what is too large", async () => {
    const found = having({ "playbooks/large.ts": "x".repeat(4 * 1024 * 1024 + 1) });
    execFileSync("mkfifo", [join(found.playbooks, "pipe.ts")]);
    mkdirSync(join(found.playbooks, "folder.ts"));
    writeFileSync(join(found.playbooks, "imports.ts"), `import "./_pipe.js"; ${emptyPlaybook}`);
    execFileSync("mkfifo", [join(found.playbooks, "_pipe.js")]);
    const { playbooks, problems } = await found.load();
    assert.equal(playbooks.size, 0);
    assert.equal(problems.length, 3, JSON.stringify(problems));
    assert.match(problems.map(({ message }) => message).join("\n"), /larger than[^]*not a regular file/);
  });

  it("says of a folder that is not there that it is not", async () => {
    const opened = await openCatalog({ playbooks: ["/nowhere/playbooks"], rules: [], clock: systemClock });
    await opened.close();
    assert.deepEqual(opened.current().problems, [
      { file: "/nowhere/playbooks", at: "", message: "cannot be read: ENOENT" },
    ]);
  });

  it("has in its text of the SDK what the SDK has, doing the same", async () => {
    const text = await moduleOf(sdkModule);
    assert.deepEqual(Object.keys(text).sort(), Object.keys(sdk).sort());
    const isActionError = text["isActionError"] as typeof sdk.isActionError;
    const failed = Object.assign(new Error("x"), { name: "ActionError", code: "threw", step: 1 });
    for (const thrown of [failed, new Error("x"), null, { name: "ActionError" }]) {
      assert.equal(isActionError(thrown), sdk.isActionError(thrown));
    }
  });
});
