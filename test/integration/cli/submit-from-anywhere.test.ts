import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { built } from "../../support/built.ts";
import { runCommand } from "../../support/command-line.ts";
import { type PlainSite, startPlainSite } from "../../support/plain-site.ts";
import { essenceOf } from "../../support/scan-lines.ts";
import { writePlainTemplates } from "../../support/scan-templates.ts";
import { freePorts, Service } from "../../support/service.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";

describe("garrison scan submit from a folder that goes away, to nodes that run elsewhere", function () {
  this.timeout(120_000);
  const folder = tempDir("submit-from-anywhere");
  const state = join(folder.path, "state");
  const nodes: Service[] = [];
  let site: PlainSite;
  /** Answers that the site holds back until it may speak. */
  const held: (() => void)[] = [];
  let holds = false;

  before(async () => {
    await built();
    site = await startPlainSite((_request, response) => {
      if (holds) held.push(() => response.end("ok"));
      else response.end("ok");
    });
  });
  after(async () => {
    await Promise.all(nodes.map((node) => node.end("SIGKILL")));
    await site.close();
    folder.remove();
  });

  /** A node that does one part of the work only, so that each has to find the templates by itself. */
  const start = async (role: string): Promise<string> => {
    const cwd = join(folder.path, `cwd-${role}`);
    mkdirSync(cwd);
    writeFileSync(join(cwd, "own.yaml"), `node: {roles: [${role}]}\nlog: {level: error}\n`);
    const args = ["node", "--id", role, "--config", "own.yaml", "--scope", "127.0.0.1", ...freePorts];
    const node = new Service(state, args, { cwd });
    nodes.push(node);
    return (await node.event("ready")).address ?? "";
  };

  it("finds what scan run finds there", async () => {
    const [address] = await Promise.all([start("scheduler"), start("probe")]);
    const from = join(folder.path, "from");
    writePlainTemplates(join(from, "mine", "nested"), { templates: 30, requests: 3 });
    const options = {
      cwd: from,
      environment: { XDG_STATE_HOME: state, GARRISON_NODE: address ?? "" },
    };
    const what = ["--templates", "mine", "--target", site.url];
    const local = await runCommand(["scan", "run", ...what, "--json"], options);
    assert.equal(local.code, 0, local.stderr);

    holds = true;
    const submitted = await runCommand(["scan", "submit", ...what], options);
    rmSync(from, { recursive: true });
    assert.equal(submitted.code, 0, submitted.stderr);
    await until(
      () => held.length > 0,
      () => held.length,
      20_000,
    );
    holds = false;
    held.forEach((answer) => answer());

    const elsewhere = { environment: options.environment };
    const id = submitted.stdout.trim();
    const watched = await runCommand(["scan", "watch", id], elsewhere);
    assert.equal(watched.code, 0, watched.stderr);
    const results = await runCommand(["scan", "results", id, "--json"], elsewhere);
    assert.equal(results.code, 0, results.stderr);
    assert.equal(essenceOf(local.stdout).length, 90);
    assert.deepEqual(essenceOf(results.stdout), essenceOf(local.stdout));
  });
});
