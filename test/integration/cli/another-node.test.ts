import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { built } from "../../support/built.ts";
import { CliCluster } from "../../support/cli-cluster.ts";
import { freePort } from "../../support/free-port.ts";
import { type PlainSite, startPlainSite } from "../../support/plain-site.ts";
import { writePlainTemplates } from "../../support/scan-templates.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";

describe("commands that may call several nodes", function () {
  this.timeout(90_000);
  const folder = tempDir("another-node");
  let cluster: CliCluster;
  let site: PlainSite;
  let templates: string;
  const addresses: string[] = [];

  before(async () => {
    await built();
    templates = writePlainTemplates(join(folder.path, "templates"), { templates: 5, requests: 3 });
    // Slow enough that the scan outlives its watcher's node.
    site = await startPlainSite((_request, response) => void setTimeout(() => response.end("ok"), 1_000));
    cluster = new CliCluster(join(folder.path, "cluster"));
  });
  after(async () => {
    await cluster.close();
    await site.close();
    folder.remove();
  });

  it("take the first that answers; a watch goes on at a member when its node is killed", async () => {
    const config = join(folder.path, "short.yaml");
    writeFileSync(config, "scan: { leaseMs: 2000 }\n");
    const nodes = [
      await cluster.start("node-1", "--config", config),
      await cluster.start("node-2", "--config", config),
    ];
    for (const node of nodes) addresses.push((await node.event("ready")).address ?? "");
    const dead = `127.0.0.1:${await freePort()}`;
    const target = ["--templates", templates, "--target", `${site.url}/`];
    const submitted = await cluster.run("scan", "submit", "--node", `${dead},${addresses[0] ?? ""}`, ...target);
    assert.equal(submitted.code, 0, submitted.stderr);
    assert.match(submitted.stderr, new RegExp(`no answer from the node at ${dead}: going on at ${addresses[0]}`));

    const id = submitted.stdout.trim();
    const watching = cluster.command(["scan", "watch", id, "--json"]);
    await until(
      () => watching.stdout() !== "",
      () => watching.stderr(),
      20_000,
    );
    await nodes[0]?.end("SIGKILL");
    const { code, stdout, stderr } = await watching.ended;
    assert.equal(code, 0, stderr);
    assert.match(stderr, new RegExp(`no answer from the node at ${addresses[0]}: going on at ${addresses[1]}`));
    assert.match(stdout.trim().split("\n").at(-1) ?? "", /"state":"done"/);
  });

  it("name all of them when none answers, and end with 1", async () => {
    const dead = [await freePort(), await freePort()].map((port) => `127.0.0.1:${port}`);
    const { code, stderr } = await cluster.run("cluster", "members", "--node", dead.join(","));
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`is a node running at ${dead.join(" or ")}\\?`));
  });

  it("want to know which node is meant where it makes a difference", async () => {
    const both = addresses.toReversed().join(",");
    const { code, stderr } = await cluster.run("cluster", "kill", "/scan", "--node", both);
    assert.equal(code, 2);
    assert.match(stderr, /--on/);
  });
});
