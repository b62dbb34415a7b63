import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Clock } from "../../base/clock.ts";
import { createClient, type GarrisonClient } from "../../client/index.ts";
import { DemoNode, type NodeEnvironment } from "./demo-node.ts";

export interface DemoClusterOptions {
  readonly nodes: number;
  /** For the operator token. */
  readonly folder: string;
  /** What the nodes find their store with. */
  readonly store: NodeEnvironment;
  /** Whether the nodes answer events with the playbooks of the demo. */
  readonly responds: boolean;
  /** What all nodes are told about detection. */
  readonly detect: NodeEnvironment;
  /** Index of the node that is the relay of this host: one that is not killed. */
  readonly relay: number;
  readonly clock: Clock;
  readonly say: (line: string) => void;
}

const contentOf = (folder: string): string => fileURLToPath(new URL(`../../../${folder}/demo`, import.meta.url));

const respondEnvironment = {
  GARRISON_RESPOND__PLAYBOOKS: contentOf("playbooks"),
  GARRISON_RESPOND__RULES: contentOf("rules"),
  GARRISON_RESPOND__EGRESS: "127.0.0.1",
  GARRISON_RESPOND__LEASEMS: "2000",
  // Little, so that a playbook that leaks or hangs is soon over.
  GARRISON_RESPOND__CHILD__MAXOLDSPACEMB: "64",
  GARRISON_RESPOND__CHILD__STALLMS: "1500",
  GARRISON_RESPOND__POOL__SPARE: "1",
  GARRISON_RESPOND__POOL__MAX: "3",
  GARRISON_RESPOND__POOL__WARMTHREADS: "1",
};

const roles = ["scheduler", "probe", "responder", "centre"];

/** Some nodes on one store, each a process of its own. */
export class DemoCluster {
  readonly #nodes: readonly DemoNode[];
  readonly #tokenFile: string;
  readonly #clock: Clock;
  readonly #clients: GarrisonClient[] = [];

  constructor({ nodes, folder, store, responds, detect, relay, clock, say }: DemoClusterOptions) {
    this.#clock = clock;
    this.#tokenFile = join(folder, "operator-token");
    this.#nodes = Array.from({ length: nodes }, (_, index) => {
      const environment = {
        ...store,
        ...(responds ? respondEnvironment : {}),
        ...detect,
        GARRISON_NODE__ROLES: [...roles, ...(index === relay ? ["relay"] : [])].join(","),
        GARRISON_NODE__ID: `node-${index + 1}`,
        GARRISON_LISTEN__GRPC: "127.0.0.1:0",
        GARRISON_LISTEN__HTTP: "127.0.0.1:0",
        GARRISON_CONTROL__TOKENFILE: this.#tokenFile,
        GARRISON_LOG__LEVEL: "error",
        // Front ends of this host are not the demo's.
        GARRISON_GUARD__PROXY: "false",
        GARRISON_SCAN__SCOPE: "127.0.0.1",
        // Short, so that the work of a killed node does not lie still for long.
        GARRISON_SCAN__LEASEMS: "2000",
        GARRISON_SCAN__PROBES: "2",
      };
      return new DemoNode(environment, clock, say);
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
