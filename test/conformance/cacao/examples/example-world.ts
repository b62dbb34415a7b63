import type { GarrisonClient, PlaybookListing, Run, Step } from "../../../../src/client/index.ts";
import { RespondCluster } from "../../../chaos/respond/respond-cluster.ts";
import { built } from "../../../support/built.ts";
import { sshKeys, TestSshServer } from "../../../support/ssh-server.ts";
import { until } from "../../../support/until.ts";
import type { Example } from "../check-cacao.ts";
import { NotingSite } from "./noting-site.ts";
import { readdressed } from "./readdressed.ts";

const readyMs = 60_000;
const endMs = 30_000;
const over: ReadonlySet<Run["state"]> = new Set(["done", "skipped", "failed", "cancelled", "dead"]);
/** What the public example for ssh has. */
const users = { root: { password: "password" } };

/**
 * A real node that has the public examples as playbooks, and the systems that they act on. The node may connect to these two ports of the
 * loopback address and to nothing else.
 */
export class ExampleWorld {
  static async start(examples: readonly Example[]): Promise<ExampleWorld> {
    await built();
    const { privateKey, publicKey } = sshKeys("ed25519");
    const site = await NotingSite.start();
    const host = await TestSshServer.start({ hostKeys: [privateKey], users });
    const ports = { "http-api": site.port, ssh: host.port, "net-address": site.port };
    const cluster = new RespondCluster({
      ...{ nodes: 1, files: "built" },
      playbooks: Object.fromEntries(
        examples.map(({ name, playbook }) => [name, JSON.stringify(readdressed(playbook, ports), undefined, 2)]),
      ),
      secrets: { known_hosts: `[127.0.0.1]:${host.port} ${publicKey}\n` },
      respond: {
        egress: [`127.0.0.1:${site.port}`, `127.0.0.1:${host.port}`],
        ssh: { knownHosts: "known_hosts" },
        pool: { spare: 2, max: 4, warmThreads: 1 },
      },
    });
    return new ExampleWorld(site, host, cluster);
  }

  readonly site: NotingSite;
  readonly host: TestSshServer;
  readonly #cluster: RespondCluster;

  private constructor(site: NotingSite, host: TestSshServer, cluster: RespondCluster) {
    this.site = site;
    this.host = host;
    this.#cluster = cluster;
  }

  /** What the node has loaded, and what it refuses. */
  async listing(): Promise<PlaybookListing> {
    return (await this.#client()).runs.playbooks();
  }

  /** The id of a run of the playbook. */
  async begin(playbook: string): Promise<string> {
    const event = { id: playbook, source: "conformance", kind: "example", data: {} };
    return (await (await this.#client()).runs.start(playbook, event)).id;
  }

  /** The run, once it has ended or asks a person. */
  async settled(id: string): Promise<Run> {
    const client = await this.#client();
    let run = await client.runs.get(id);
    await until(
      async () => {
        run = await client.runs.get(id);
        return over.has(run.state) || run.state === "waiting";
      },
      () => run,
      endMs,
    );
    return run;
  }

  async steps(id: string): Promise<readonly Step[]> {
    return (await (await this.#client()).runs.steps(id)).steps;
  }

  /** Answers the step of a run with values by the names of variables; the run, once it has ended. */
  async answer(id: string, step: number, values: Readonly<Record<string, string>>): Promise<Run> {
    const client = await this.#client();
    await client.runs.answer(id, [{ step, done: values }]);
    let run = await client.runs.get(id);
    await until(
      async () => over.has((run = await client.runs.get(id)).state),
      () => run,
      endMs,
    );
    return run;
  }

  async stop(): Promise<void> {
    await this.#cluster.end();
    await Promise.all([this.site.stop(), this.host.stop()]);
  }

  async #client(): Promise<GarrisonClient> {
    const [node] = this.#cluster.nodes;
    if (node === undefined) throw new Error("a cluster has a node");
    await until(
      () => node.isReady,
      () => node.stderr,
      readyMs,
    );
    return node.client();
  }
}
