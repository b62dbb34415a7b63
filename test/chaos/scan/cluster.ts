import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { systemClock } from "../../../src/base/clock.ts";
import { createClient, type GarrisonClient } from "../../../src/client/index.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { type NodeEvent, readEvents } from "./node-events.ts";
import { NodeProcess } from "./node-process.ts";

export interface ClusterOptions {
  readonly nodes: number;
  /** Keys below `scan` of the config, over a scope of 127.0.0.1. */
  readonly scan: Readonly<Record<string, number | readonly string[]>>;
  readonly crashEveryThird?: boolean;
  readonly poison?: string;
  /** `store.url`; one of the cluster's own when absent. */
  readonly storeUrl?: string;
}

/** Some nodes on one store, in processes of their own. */
export class ChaosCluster {
  readonly nodes: readonly NodeProcess[];
  /** Of the store of its own. */
  readonly storeDirectory: string;
  readonly #directory: ReturnType<typeof tempDir>;
  readonly #clients: GarrisonClient[] = [];
  readonly #clientOf = new Map<string, GarrisonClient>();

  constructor({ nodes, scan, crashEveryThird = false, poison, storeUrl }: ClusterOptions) {
    this.#directory = tempDir("chaos-scan");
    const { path } = this.#directory;
    this.storeDirectory = join(path, "store");
    mkdirSync(join(path, "logs"));
    this.nodes = Array.from({ length: nodes }, (_, index) => {
      const id = `node-${index + 1}`;
      const configFile = join(path, `${id}.yaml`);
      writeFileSync(
        configFile,
        stringify({
          node: { id },
          store: { url: storeUrl ?? `lmdb:${this.storeDirectory}` },
          listen: { grpc: "127.0.0.1:0", http: "127.0.0.1:0" },
          control: { tokenFile: this.tokenFile },
          scan: { scope: ["127.0.0.1"], ...scan },
        }),
      );
      return new NodeProcess({
        configFile,
        log: this.#log(index),
        crashEveryThird,
        ...(poison === undefined ? {} : { poison }),
      });
    });
  }

  #log(node: number): string {
    return join(this.#directory.path, "logs", String(node));
  }

  get tokenFile(): string {
    return join(this.#directory.path, "token", "operator-token");
  }

  /** The client of this life of a node, once it listens. Closed with the cluster. */
  async client(node = 0): Promise<GarrisonClient> {
    const address = (await this.nodes[node]?.address()) ?? "";
    const known = this.#clientOf.get(address);
    if (known !== undefined) return known;
    const client = await this.newClient(node);
    this.#clientOf.set(address, client);
    return client;
  }

  /** One more client of a node, with a connection of its own. Closed with the cluster. */
  async newClient(node: number): Promise<GarrisonClient> {
    const address = (await this.nodes[node]?.address()) ?? "";
    const token = readFileSync(this.tokenFile, "utf8").trim();
    const client = createClient({ address, token, clock: systemClock });
    this.#clients.push(client);
    return client;
  }

  /** What the nodes have written down so far. */
  events(): readonly NodeEvent[] {
    return this.nodes.flatMap((_, at) => readEvents(this.#log(at), at));
  }

  /** Ends all nodes, in order if asked to, and removes the store. */
  async end(inOrder: boolean): Promise<void> {
    for (const client of this.#clients) client.close();
    try {
      if (inOrder) await Promise.all(this.nodes.map((node) => node.drain()));
    } finally {
      await Promise.all(this.nodes.map((node) => node.kill()));
      this.#directory.remove();
    }
  }
}
