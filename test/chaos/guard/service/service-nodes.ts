import { readFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../../../src/base/clock.ts";
import { createClient, type GarrisonClient, type GuardShardStats } from "../../../../src/client/index.ts";
import { freePort } from "../../../support/free-port.ts";
import { TcpProxy } from "../../../support/network/tcp-proxy.ts";
import { RedisServer } from "../../../support/redis-server.ts";
import { tempDir } from "../../../support/temp-dir.ts";
import { until } from "../../../support/until.ts";
import { ServiceNode, tokenFile, type ServiceNodeSettings } from "./service-node.ts";

/** On a machine with much else to do. */
const readyMs = 180_000;
const ownedMs = 60_000;

interface StartOptions {
  readonly leaseMs?: number;
  readonly throughProxies?: boolean;
}

/** The service of interception: one node with an embedded store, or several on a Redis of their own. */
export class ServiceNodes {
  readonly #folder = tempDir("guard-service");
  readonly #nodes: { readonly settings: ServiceNodeSettings; life: ServiceNode }[] = [];
  #redis: RedisServer | undefined;
  /** By the id of the node that reaches Redis through it. */
  readonly #toStore = new Map<string, TcpProxy>();
  #client: GarrisonClient | undefined;

  /**
   * Resolves once every shard has an owner.
   * @param options.leaseMs by default so long that a busy machine loses no lease
   * @param options.throughProxies several nodes reach Redis each through a proxy, see `cutStore`
   */
  static async start(count: number, options: StartOptions = {}): Promise<ServiceNodes> {
    const nodes = new ServiceNodes();
    try {
      await nodes.#start(count, options);
      return nodes;
    } catch (error) {
      await nodes.end();
      throw error;
    }
  }

  get addresses(): readonly [string, ...string[]] {
    const [first = "", ...others] = this.#nodes.map(({ settings }) => `127.0.0.1:${settings.port}`);
    return [first, ...others];
  }

  get ids(): readonly string[] {
    return this.#nodes.map(({ settings }) => settings.id);
  }

  get token(): string {
    return readFileSync(tokenFile(this.#folder.path), "utf8").trim();
  }

  get guard(): GarrisonClient["guard"] {
    if (this.#client === undefined) throw new Error("the nodes have not started");
    return this.#client.guard;
  }

  /** Of the life that it has now. */
  pid(id: string): number {
    return this.#node(id).life.pid;
  }

  port(id: string): number {
    return this.#node(id).settings.port;
  }

  /** What is known of each shard, once each has an owner that answers. */
  async owned(): Promise<readonly GuardShardStats[]> {
    let shards: readonly GuardShardStats[] | undefined;
    const isOwned = (): boolean => shards?.every(({ node }) => node !== "") ?? false;
    await until(
      async () => {
        shards = await this.guard.stats().catch(() => undefined);
        return isOwned();
      },
      () => ({ shards, said: this.#nodes.map(({ life }) => life.said) }),
      ownedMs,
    );
    return shards ?? [];
  }

  /** From now on nothing that a node sends to Redis arrives, until its next life. */
  cutStore(id: string): void {
    this.#toStore.get(id)?.set("there", { cut: "lost" });
  }

  async kill(id: string): Promise<void> {
    await this.#node(id).life.kill();
    this.#toStore.get(id)?.heal();
  }

  /** Begins the next life of a node that was killed; resolves when it serves. */
  async restart(id: string): Promise<void> {
    const node = this.#node(id);
    node.life = new ServiceNode(node.settings);
    await this.#ready();
  }

  async end(): Promise<void> {
    this.#client?.close();
    await Promise.all(this.#nodes.map(({ life }) => life.kill()));
    for (const proxy of this.#toStore.values()) await proxy.close();
    await this.#redis?.stop();
    this.#folder.remove();
  }

  async #start(count: number, { leaseMs = 15_000, throughProxies = false }: StartOptions): Promise<void> {
    const folder = this.#folder.path;
    const redis = count > 1 ? await RedisServer.start({ appendfsync: "everysec" }) : undefined;
    this.#redis = redis;
    for (let at = 0; at < count; at += 1) {
      const id = `node-${at + 1}`;
      if (redis !== undefined && throughProxies) this.#toStore.set(id, await TcpProxy.start(() => redis.port));
      const port = this.#toStore.get(id)?.port ?? redis?.port;
      const store = port === undefined ? `lmdb:${join(folder, "store")}` : `redis://127.0.0.1:${port}`;
      const settings = { id, folder, store, port: await freePort(), leaseMs };
      this.#nodes.push({ settings, life: new ServiceNode(settings) });
    }
    await this.#ready();
    this.#client = createClient({ address: this.addresses, token: this.token, clock: systemClock });
    await this.owned();
  }

  async #ready(): Promise<void> {
    await until(
      () => {
        const ended = this.#nodes.find(({ life }) => life.exit !== undefined);
        if (ended !== undefined) throw new Error(`${ended.settings.id} has ended: ${ended.life.said}`);
        return this.#nodes.every(({ life }) => life.ready);
      },
      () => this.#nodes.map(({ life }) => ({ exit: life.exit, said: life.said })),
      readyMs,
    );
  }

  #node(id: string): { readonly settings: ServiceNodeSettings; life: ServiceNode } {
    const node = this.#nodes.find(({ settings }) => settings.id === id);
    if (node === undefined) throw new Error(`there is no node ${id}`);
    return node;
  }
}
