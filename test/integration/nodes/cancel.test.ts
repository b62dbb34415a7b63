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
const requests = 2_000;
const answerMs = 20;
/** The last request on every node comes no later than this after the answer to the cancel. */
const boundMs = 1_000;
/** Without hints, work goes on until the next heartbeat, a third of this. */
const leaseMs = 9_000;
/** Requests of a node that did not stop come much more often. */
const quietMs = 500;
/** On a busy machine nodes are declared dead now and then: their work goes on elsewhere when its lease has run out. */
const begunMs = 45_000;

describe("a scan that is cancelled while all nodes work on it", function () {
  this.timeout(240_000);
  const folder = tempDir("cancel");
  const state = join(folder.path, "state");
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
    const written = writePlainTemplates(join(folder.path, "templates"), { templates, requests });
    const environment = { XDG_STATE_HOME: state, GARRISON_NODE: started[0]?.address ?? "" };
    const submit = ["scan", "submit", "--templates", written, "--target"];
    const { code, stdout, stderr } = await runCommand([...submit, `${site.url}/first`], { environment });
    assert.equal(code, 0, stderr);
    bundle = await withClient(started[0]?.address ?? "", async ({ scans }) => {
      const [id = ""] = linesOf(stdout);
      await scans.cancel(id);
      return (await scans.get(id)).spec.bundle;
    });
  });
  after(async () => {
    await up.end("SIGKILL");
    await site.close();
    folder.remove();
  });

  const withClient = async <Result>(
    address: string,
    use: (client: GarrisonClient) => Promise<Result>,
  ): Promise<Result> => {
    const client = up.client(address);
    try {
      return await use(client);
    } finally {
      client.close();
    }
  };
  /** Where the node is now: elsewhere, if it had to be started again. */
  const addressOf = (id: string): string => {
    const again = up.events.findLast((event) => event.event === "restarted" && event.id === id);
    const ready = up.events.find(({ event }) => event === "ready")?.nodes?.find((node) => node.id === id);
    return again?.address ?? ready?.address ?? "";
  };
  /** When each request of this scan came, and of which template. */
  const asked = (id: string): readonly { readonly template: string; readonly atMs: number }[] =>
    site.seen
      .filter(({ path }) => path.startsWith(`/${id}/`))
      .map(({ path, atMs }) => ({ template: path.split("/")[2] ?? "", atMs }));
  const templatesAsked = (id: string): number => new Set(asked(id).map(({ template }) => template)).size;

  it("is asked of no more within a second of the answer, whichever node was told", async () => {
    const options = { headers: [], variables: {}, excludeHosts: [] };
    for (let at = 1; at <= nodes; at += 1) {
      const id = `cancelled-${at}`;
      const spec = { target: `${site.url}/${id}`, bundle, options };
      await withClient(addressOf(`node-${at}`), ({ scans }) => scans.submit({ id, spec }));
      await until(
        () => templatesAsked(id) === templates,
        () => ({ templates: templatesAsked(id), requests: asked(id).length, stderr: up.running.stderr() }),
        begunMs,
      );
      assert.equal(await withClient(addressOf(`node-${at}`), ({ scans }) => scans.cancel(id)), true);
      const answeredMs = performance.now();
      await pause(boundMs + quietMs);
      const lastMs = Math.max(...asked(id).map(({ atMs }) => atMs)) - answeredMs;
      assert.ok(lastMs < boundMs, `the last request came ${lastMs} ms after the answer`);
      assert.ok(asked(id).length < templates * requests, "the scan ended by itself");
    }
  });
});
