import assert from "node:assert/strict";
import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { ConfigError, loadConfig } from "../../../src/config/index.ts";
import { tempDir } from "../../support/temp-dir.ts";

describe("control.tokens", () => {
  const folder = tempDir("config-tokens");
  after(() => folder.remove());

  let count = 0;
  const written = (tokens: unknown): string => {
    const file = join(folder.path, `garrison-${(count += 1)}.yaml`);
    writeFileSync(file, JSON.stringify({ control: { tokens } }));
    return file;
  };
  const load = (tokens: unknown) => loadConfig({ env: {}, file: written(tokens) }).config.control.tokens;
  const problems = (tokens: unknown): readonly string[] => {
    try {
      load(tokens);
    } catch (error) {
      assert.ok(error instanceof ConfigError, String(error));
      return error.problems.map(({ path, message }) => `${path}: ${message}`);
    }
    throw new Error("the configuration was accepted");
  };
  const entry = (name: string) => ({ name, role: "viewer", file: `${name}.token` });

  it("name callers, with files from the folder of the config", () => {
    assert.deepEqual(load([entry("viv"), { name: "ops@example.test", role: "admin", file: "/secrets/ops" }]), [
      { name: "viv", role: "viewer", file: join(folder.path, "viv.token") },
      { name: "ops@example.test", role: "admin", file: "/secrets/ops" },
    ]);
    assert.deepEqual(load([]), []);
  });

  it("are refused where they are wrong, each once", () => {
    assert.deepEqual(
      problems([
        ...[
          { ...entry("a b"), role: "root" },
          { ...entry("viv"), role: "root" },
          { ...entry("opal"), file: "" },
        ],
        ...["viv", { ...entry("ada"), token: "secret" }, entry("operator")],
      ]).map((problem) => problem.replace(/"viv"/, "a text")),
      [
        "control.tokens[0]: a mapping: name: use 1 to 63 of A-Z a-z 0-9 . _ @ -, a letter or digit first",
        "control.tokens[1]: a mapping: role: use reporter, viewer, operator or admin",
        "control.tokens[2]: a mapping: file: use the path of a file, at most 4096 characters",
        "control.tokens[3]: a text: use {name: …, role: …, file: …}",
        "control.tokens[4]: a mapping: use {name: …, role: …, file: …}",
        "control.tokens[5]: a mapping: name: operator is the caller of control.tokenFile",
      ],
    );
    assert.deepEqual(problems("viv"), [
      'control.tokens: "viv": use a list of callers, each {name: …, role: …, file: …}',
    ]);
    assert.match(problems(Array.from({ length: 65 }, (_, at) => entry(`c${at}`)))[0] ?? "", /at most 64 callers/);
  });

  it("have names and files of their own", () => {
    assert.deepEqual(problems([entry("viv"), entry("viv"), { ...entry("vera"), file: "viv.token" }]), [
      "control.tokens[1]: a mapping: name: viv is there twice",
      "control.tokens[2]: a mapping: file: another caller has the same",
    ]);
  });
});
