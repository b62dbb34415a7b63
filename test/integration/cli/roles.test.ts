import assert from "node:assert/strict";
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { built } from "../../support/built.ts";
import { CliCluster } from "../../support/cli-cluster.ts";
import { type Ended, linesOf } from "../../support/command-line.ts";
import { tempDir } from "../../support/temp-dir.ts";

interface Printed {
  readonly control: {
    readonly tokens: readonly { readonly name: string; readonly role: string; readonly file: string }[];
  };
}

describe("callers on the command line", function () {
  this.timeout(120_000);
  const folder = tempDir("cli-roles");
  let cluster: CliCluster;
  const files = new Map<string, string>();

  before(async () => {
    await built();
    cluster = new CliCluster(join(folder.path, "cluster"));
    const made = await Promise.all(
      [
        ["viv", "viewer"],
        ["opal", "operator"],
      ].map(([name = "", role = ""]) => cluster.run("token", "create", "--name", name, "--role", role)),
    );
    const tokens = made.flatMap(({ code, stdout, stderr }) => {
      assert.equal(code, 0, stderr);
      return (parse(stdout) as Printed).control.tokens;
    });
    for (const { name, file } of tokens) files.set(name, file);
    const config = join(folder.path, "garrison.yaml");
    writeFileSync(config, stringify({ control: { tokens } }));
    await cluster.start("a", "--config", config);
  });
  after(async () => {
    await cluster.close();
    folder.remove();
  });

  const as = (name: string, ...args: readonly string[]): Promise<Ended> =>
    cluster.run(...args, "--token-file", files.get(name) ?? "");
  const refusal = ({ code, stdout, stderr }: Ended): string => {
    assert.equal(code, 2, stderr);
    assert.equal(stdout, "");
    assert.equal(linesOf(stderr).length, 1, stderr);
    return stderr;
  };

  it("have a token in a file of their own, which is never written over", async () => {
    const file = files.get("viv") ?? "";
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const again = ["token", "create", "--name", "viv", "--role", "admin"];
    assert.match(refusal(await cluster.run(...again)), /token-viv is there already/);
    assert.match(refusal(await cluster.run(...again, "--file", join(folder.path, "no", "x"))), /--file: ENOENT/);
    assert.match(
      refusal(await cluster.run("token", "create", "--name", "operator", "--role", "admin")),
      /it is the caller of control\.tokenFile/,
    );
  });

  it("do what their role says; the rest is bad input, with the reason, and is written down", async () => {
    const seen = await as("viv", "cluster", "members");
    assert.equal(seen.code, 0, seen.stderr);
    assert.match(
      refusal(await as("viv", "cluster", "kill", "/scan")),
      /^garrison: KillActor needs the role admin, and viv is viewer$/m,
    );
    assert.match(refusal(await as("viv", "audit")), /ListAuditRecords needs the role admin, and viv is viewer/);
    assert.match(refusal(await as("opal", "cluster", "drain", "a")), /needs the role admin, and opal is operator/);
    assert.match(refusal(await as("opal", "scan", "cancel", "nothing")), /there is no scan/);
    const records = await cluster.json("audit");
    assert.deepEqual(
      records.map(({ call, caller, role, by, outcome }) => [call, caller, role, by, outcome].join(" ")),
      [
        "/garrison.v1.ScanService/CancelScan opal operator token NOT_FOUND",
        "/garrison.v1.ControlService/DrainNode opal operator token PERMISSION_DENIED",
        "/garrison.v1.ControlService/KillActor viv viewer token PERMISSION_DENIED",
      ],
    );
  });
});
