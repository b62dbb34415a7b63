import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ClientError, type GarrisonClient } from "../../../src/client/index.ts";
import { startCommand, type Running } from "../../support/command-line.ts";
import { startGatedSite, type GatedSite } from "../../support/gated-site.ts";
import { writePlainTemplates } from "../../support/scan-templates.ts";
import { freePorts, Service } from "../../support/service.ts";
import { until } from "../../support/until.ts";

export interface FullClusterOptions {
  /** Of its own. */
  readonly folder: string;
  /** The `store` section of the config. */
  readonly store: Readonly<Record<string, unknown>>;
  /** As `CommandLineOptions.through`. */
  readonly through?: readonly string[];
}

const templates = 12;
/** Longer than the lease of a node: whoever would be declared dead is by then. */
const fullMs = 4_000;
const soonMs = 30_000;

/** Two node processes whose store gets full in the middle of a scan, and what has to hold then. */
export class FullCluster {
  readonly #options: FullClusterOptions;
  readonly #site: GatedSite;
  readonly #up: Service;
  readonly #templates: string;
  #running: Running | undefined;

  private constructor(options: FullClusterOptions, site: GatedSite) {
    const { folder, store, through } = options;
    this.#options = options;
    this.#site = site;
    this.#templates = writePlainTemplates(join(folder, "templates"), { templates, requests: 1 });
    const config = join(folder, "garrison.yaml");
    const scan = { scope: ["127.0.0.1"], subtaskRequests: 1, probes: 2 };
    writeFileSync(config, JSON.stringify({ store, scan, log: { level: "error" } }));
    this.#up = new Service(join(folder, "state"), ["up", "--nodes", "2", "--config", config, ...freePorts], {
      ...(through === undefined ? {} : { through }),
    });
  }

  static async start(options: FullClusterOptions): Promise<FullCluster> {
    const cluster = new FullCluster(options, await startGatedSite());
    try {
      await cluster.#up.event("ready");
      return cluster;
    } catch (error) {
      await cluster.end();
      throw error;
    }
  }

  /** Of `up`. */
  get pid(): number {
    return this.#up.running.child.pid ?? Number.NaN;
  }

  async end(): Promise<void> {
    this.#running?.child.kill("SIGKILL");
    await this.#up.end("SIGKILL");
    await this.#site.close();
  }

  /**
   * A scan is under way; the store gets full: new scans are refused, what was accepted waits. The store has room again: everything
   * ends, and no node had to start again.
   */
  async survives(fill: () => void | Promise<void>, free: () => void | Promise<void>): Promise<void> {
    const { nodes = [] } = await this.#up.event("ready");
    const client = this.#up.client(nodes[0]?.address ?? "");
    try {
      const before = await incarnations(client);
      const [accepted = ""] = (await this.#submit("accepted").ended).stdout.split("\n");
      // One at a time on each probe: both nodes have begun, and most of the scan is still to come.
      await until(() => this.#site.waiting() >= 4, this.#state, soonMs);

      await fill();
      const refusal = await refused(client, accepted);
      assert.deepEqual([refusal.code, refusal.reason, refusal.retryable], ["resource-exhausted", "full", true]);
      assert.ok((refusal.retryAfterMs ?? 0) > 0);
      const later = this.#submit("later");
      await until(() => later.stderr().includes("; trying again"), this.#state, soonMs);
      assert.ok(later.stderr().includes(refusal.message), later.stderr());
      // What is found now cannot be stored.
      this.#site.open();
      const fullAtMs = performance.now();
      await until(() => performance.now() - fullAtMs > fullMs, this.#state, soonMs);
      const held = await client.scans.get(accepted);
      assert.equal(held.state, "running", "the scan ended although its findings could not be stored");

      await free();
      const { code, stdout, stderr } = await later.ended;
      assert.equal(code, 0, stderr);
      for (const id of [accepted, stdout.trim()]) await this.#completes(client, id);
      assert.deepEqual(await incarnations(client), before, "a node started again");
      assert.deepEqual(
        this.#up.events.filter(({ event }) => event !== "ready"),
        [],
      );
    } finally {
      client.close();
    }
  }

  async #completes(client: GarrisonClient, id: string): Promise<void> {
    let last: unknown;
    await until(
      async () => {
        const scan = await client.scans.get(id);
        last = scan;
        return scan.state === "done";
      },
      () => ({ last, stderr: this.#up.running.stderr().slice(-2_000) }),
      soonMs,
    );
    const { findings } = await client.scans.findings(id);
    const found = findings.map((finding) => (JSON.parse(finding) as { "template-id": string })["template-id"]);
    assert.deepEqual(found.toSorted(), Array.from({ length: templates }, (_, at) => `t${at}`).toSorted());
  }

  /** The command that submits one scan of the site and prints its id. */
  #submit(name: string): Running {
    const { folder } = this.#options;
    const node = this.#up.events.flatMap(({ nodes = [] }) => nodes)[0]?.address ?? "";
    const args = ["scan", "submit", "--target", `${this.#site.url}/${name}`, "--templates", this.#templates];
    this.#running = startCommand([...args, "--node", node], {
      environment: { XDG_STATE_HOME: join(folder, "state") },
    });
    return this.#running;
  }

  readonly #state = (): unknown => ({
    waiting: this.#site.waiting(),
    asked: this.#site.asked().length,
    submit: this.#running?.stderr(),
    nodes: this.#up.running.stderr().slice(-2_000),
  });
}

const incarnations = async (client: GarrisonClient): Promise<readonly string[]> =>
  (await client.control.members()).map(({ id, incarnation, state }) => `${id} ${incarnation} ${state}`).toSorted();

/** Submits copies of a scan until the store, which is about to be full, takes no more. */
const refused = async (client: GarrisonClient, like: string): Promise<ClientError> => {
  const { spec } = await client.scans.get(like);
  let refusal: unknown;
  await until(
    async () => {
      // Held up by its priority: it is never begun while others wait.
      refusal = await client.scans.submit({ spec, priority: 255 }).then(
        () => undefined,
        (error: unknown) => error,
      );
      return refusal !== undefined;
    },
    () => "every scan was taken",
    soonMs,
  );
  assert.ok(refusal instanceof ClientError, String(refusal));
  return refusal;
};
