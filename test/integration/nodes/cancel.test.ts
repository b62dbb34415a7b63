import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { GarrisonClient } from "../../../src/client/index.ts";
import { built } from "../../support/built.ts";
import { linesOf, runCommand } from "../../support/command-line.ts";
import { type PlainSite, startPlainSite } from "../../support/plain-site.ts";
import { writePlainTemplates } from "../../support/scan-templates.ts";
import { freePorts, Service } from "../../support/service.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";

const nodes = 3;
const probes = 2;
const templates = nodes * probes;
const answerMs = 20;
/** The last request on every node comes no later than this after the answer to the cancel. */
const boundMs = 1_000;
/** Without hints, work goes on until the next heartbeat, a third of the lease. */
const leaseMs = 30_000;

describe("a scan that is cancelled while all nodes work on it", function () {
  this.timeout(120_000);
  const folder = tempDir("cancel");
  const state = join(folder.path, "state");
  const clients: GarrisonClient[] = [];
  let site: PlainSite;
  let up: Service;
  let bundle: string;

  before(async () => {
    await built();
    site = await startPlainSite((_request, response) => void setTimeout(() => response.end("ok"), answerMs));
    const config = join(folder.path, "config.yaml");
    // A template is a subtask, and there is one for each probe: all nodes work at the same time.
    writeFileSync(
      config,
      `scan: {scope: ["127.0.0.1"], probes: ${probes}, subtaskRequests: 10, leaseMs: ${leaseMs}}\nlog: {level: error}\n`,
    );
    up = new Service(state, ["up", "--nodes", `${nodes}`, "--config", config, ...freePorts]);
    const { nodes: started = [] } = await up.event("ready");
    clients.push(...started.map(({ address }) => up.client(address)));
    const written = writePlainTemplates(join(folder.path, "templates"), { templates, requests: 2_000 });
    const environment = { XDG_STATE_HOME: state, GARRISON_NODE: started[0]?.address ?? "" };
    const submit = ["scan", "submit", "--templates", written, "--target"];
    const { code, stdout, stderr } = await runCommand([...submit, `${site.url}/first`], { environment });
    assert.equal(code, 0, stderr);
    const first = await clients[0]?.scans.get(linesOf(stdout)[0] ?? "");
    assert.ok(first);
    bundle = first.spec.bundle;
    await clients[0]?.scans.cancel(first.id);
  });
  after(async () => {
    for (const client of clients) client.close();
    await up.end("SIGKILL");
    await site.close();
    folder.remove();
  });

  /** When each request of this scan came, and of which template. */
  const asked = (id: string): readonly { readonly template: string; readonly atMs: number }[] =>
    site.seen
      .filter(({ path }) => path.startsWith(`/${id}/`))
      .map(({ path, atMs }) => ({ template: path.split("/")[2] ?? "", atMs }));
  const templatesAsked = (id: string): number => new Set(asked(id).map(({ template }) => template)).size;

  it("is asked of no more within a second of the answer, whichever node was told", async () => {
    const options = { headers: [], variables: {}, excludeHosts: [] };
    for (const [at, client] of clients.entries()) {
      const id = `cancelled-${at}`;
      await client.scans.submit({ id, spec: { target: `${site.url}/${id}`, bundle, options } });
      await until(
        () => templatesAsked(id) === templates,
        () => ({ templates: templatesAsked(id), requests: asked(id).length, stderr: up.running.stderr() }),
        20_000,
      );
      assert.equal(await client.scans.cancel(id), true);
      const answeredMs = performance.now();
      await pause(boundMs);
      const lastMs = Math.max(...asked(id).map(({ atMs }) => atMs)) - answeredMs;
      const before = asked(id).length;
      assert.ok(lastMs < boundMs / 2, `the last request came ${lastMs} ms after the answer`);
      assert.ok(before < templates * 2_000, "the scan ended by itself");
    }
  });
});
