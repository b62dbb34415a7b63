import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { createClient, type GarrisonClient } from "../../client/index.ts";
import { DemoNode, type NodeEnvironment } from "./demo-node.ts";

export interface DemoClusterOptions {
  readonly nodes: number;
  /** For the operator token and temporary files. */
  readonly folder: string;
  /** What all nodes of the run are told; it may say otherwise than what the nodes of every run are told. */
  readonly environment: NodeEnvironment;
  /** What the environment cannot say. */
  readonly configFile: string | undefined;
  /** Index of the node that is the relay of this host: one that is not killed. */
  readonly relay: number;
  readonly clock: Clock;
  readonly say: (line: string) => void;
}

const roles = ["scheduler", "probe", "responder", "centre", "guard"];

/** Some nodes on one store, each a process of its own. */
export class DemoCluster {
  readonly #nodes: readonly DemoNode[];
  readonly #tokenFile: string;
  readonly #clock: Clock;
  readonly #clients: GarrisonClient[] = [];

  constructor(options: DemoClusterOptions) {
    const { nodes, folder, relay, configFile, clock, say } = options;
    this.#clock = clock;
    this.#tokenFile = join(folder, "operator-token");
    this.#nodes = Array.from({ length: nodes }, (_, index) => {
      const environment = {
        GARRISON_NODE__ROLES: [...roles, ...(index === relay ? ["relay"] : [])].join(","),
        GARRISON_NODE__ID: `node-${index + 1}`,
        GARRISON_LISTEN__GRPC: "127.0.0.1:0",
        GARRISON_LISTEN__HTTP: "127.0.0.1:0",
        GARRISON_CONTROL__TOKENFILE: this.#tokenFile,
        GARRISON_LOG__LEVEL: "error",
        // A node that is killed leaves there what its playbooks had.
        TMPDIR: folder,
        // Front ends of this host are not the demo's.
        GARRISON_GUARD__PROXY: "false",
        GARRISON_SCAN__SCOPE: "127.0.0.1",
        // Short, so that the work of a killed node does not lie still for long.
        GARRISON_SCAN__LEASEMS: "2000",
        GARRISON_SCAN__PROBES: "2",
        ...options.environment,
      };
      return new DemoNode(environment, configFile, clock, say);
    });
  }

  /** Starts all nodes. Resolves with their addresses. */
  start(): Promise<readonly string[]> {
    return Promise.all(this.#nodes.map((node) => node.start()));
  }

  /** @throws RangeError for an index that no node has */
  node(index: number): DemoNode {
    const node = this.#nodes[index];
    if (node === undefined) throw new RangeError(`there is no node ${index}`);
    return node;
  }

  /** Closed with the cluster. */
  async client(address: string): Promise<GarrisonClient> {
    const token = (await readFile(this.#tokenFile, "utf8")).trim();
    const client = createClient({ address, token, clock: this.#clock });
    this.#clients.push(client);
    return client;
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.close();
    await Promise.all(this.#nodes.map((node) => node.stop()));
  }
}
