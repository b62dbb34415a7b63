import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { stringify } from "yaml";
import { systemClock } from "../../../src/base/clock.ts";
import { exitCodes } from "../../../src/bin/process/exit-codes.ts";
import { createClient, type GarrisonClient } from "../../../src/client/index.ts";
import { fixedTls } from "../../../src/wire/index.ts";
import { TestAuthority } from "../../support/certificates.ts";
import { freePort } from "../../support/free-port.ts";
import { ProxyNet } from "../../support/network/proxy-net.ts";
import { TcpProxy } from "../../support/network/tcp-proxy.ts";
import { RedisServer } from "../../support/redis-server.ts";
import type { Script } from "../../support/script.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";
import type { FleetNodeSettings } from "./fleet-node.ts";
import { FleetProcess } from "./fleet-process.ts";

export interface FleetOptions {
  readonly nodes: number;
  /** The first so many are started; the others are left to the caller. All when absent. */
  readonly started?: number;
  readonly leaseMs: number;
  /** What each node runs; it is told `FleetNodeSettings` and `settings`. */
  readonly script: Script;
  readonly settings?: object;
  /** Keys below `scan` of the config, over a scope of 127.0.0.1. */
  readonly scan?: Readonly<Record<string, number>>;
  readonly say: (line: string) => void;
}

const restartMs = 200;
const lookEveryMs = 20;
const joinMs = 60_000;
const leaveMs = 40_000;
const clusterName = "garrison";

/** A node over all its lives, the latest one last. */
export interface FleetNode {
  readonly id: string;
  readonly lives: FleetProcess[];
}

/**
 * Nodes as users deploy them: processes with mutual TLS, on a Redis server that writes everything to disk, always at the same addresses,
 * started again whenever they end. Between any two of them, and between each and the store, stands a proxy.
 */
export class Fleet {
  readonly store: RedisServer;
  readonly nodes: readonly FleetNode[];
  /** Between the nodes, for their links. */
  readonly net: ProxyNet;
  /** Between each node and the store. */
  readonly toStore: readonly TcpProxy[];
  /** Lives that ended otherwise than by a kill of this run, and why. */
  readonly unmeant: string[] = [];
  /** Ends with the code that says: declared dead by others. */
  lost = 0;
  readonly #options: FleetOptions;
  readonly #folder: ReturnType<typeof tempDir>;
  readonly #routes: readonly Readonly<Record<string, string>>[];
  readonly #ports: readonly number[];
  readonly #trust: Buffer;
  readonly #supervisors: Promise<void>[] = [];
  readonly #clients = new Map<string, GarrisonClient>();
  #ending = false;

  private constructor(options: FleetOptions, parts: FleetParts) {
    this.#options = options;
    this.#folder = parts.folder;
    this.store = parts.store;
    this.net = parts.net;
    this.toStore = parts.toStore;
    this.#ports = parts.ports;
    this.#trust = Buffer.from(parts.authority.pair.cert);
    this.nodes = parts.ids.map((id) => ({ id, lives: [] }));
    this.#routes = parts.ids.map((_, from) =>
      Object.fromEntries(
        parts.ids.flatMap((id, to) => (from === to ? [] : [[id, `127.0.0.1:${parts.net.between(from, to).port}`]])),
      ),
    );
  }

  /** Resolves when every node takes part and every link is up. */
  static async start(options: FleetOptions): Promise<Fleet> {
    const fleet = new Fleet(options, await prepare(options));
    try {
      const { started = options.nodes } = options;
      for (let at = 0; at < started; at += 1) fleet.#launch(at);
      await fleet.untilWhole(joinMs);
      return fleet;
    } catch (error) {
      await fleet.end();
      throw error;
    }
  }

  /** The lives that there are now, by node. */
  get living(): readonly FleetProcess[] {
    return this.nodes.flatMap(({ lives }) => lives.at(-1) ?? []);
  }

  /** Resolves when every node that runs has an open link to each other one that runs, and to nobody else; there may be others that start. */
  async untilConverged(deadlineMs: number): Promise<void> {
    await until(
      async () => {
        for (const life of this.living) life.send("links");
        await pause(lookEveryMs);
        const running = this.living.filter(({ runs }) => runs);
        const up = (but: FleetProcess): readonly string[] =>
          running.flatMap((life) => (life === but ? [] : [`${life.incarnation ?? ""} up`])).toSorted();
        return running.every((life) => viewOf(life).join() === up(life).join());
      },
      () => this.#state(),
      deadlineMs,
    );
  }

  /** Resolves when every node runs and all have converged. */
  async untilWhole(deadlineMs: number): Promise<void> {
    await until(
      () => this.living.every(({ runs }) => runs),
      () => this.#state(),
      deadlineMs,
    );
    await this.untilConverged(deadlineMs);
  }

  #state(): unknown {
    return this.living.map((life) => ({ runs: life.runs, me: life.incarnation, sees: viewOf(life), said: life.said }));
  }

  /** What the next life of a node is told. */
  settingsOf(at: number): FleetNodeSettings {
    const { id, lives } = this.#node(at);
    const { path } = this.#folder;
    return {
      ...this.#options.settings,
      configFile: join(path, `${id}.yaml`),
      log: join(path, "logs", `${id}.${lives.length + 1}`),
      leaseMs: this.#options.leaseMs,
      routes: this.#routes[at] ?? {},
    };
  }

  /** A client of one node. Closed with the fleet. */
  client(node: number): GarrisonClient {
    return this.#clientOf(`127.0.0.1:${this.#ports[node] ?? 0}`);
  }

  /** A client that calls whichever node answers. Closed with the fleet. */
  get anywhere(): GarrisonClient {
    const [first = 0, ...others] = this.#ports;
    return this.#clientOf(`127.0.0.1:${first}`, ...others.map((port) => `127.0.0.1:${port}`));
  }

  #clientOf(...addresses: readonly [string, ...string[]]): GarrisonClient {
    const key = addresses.join();
    const known = this.#clients.get(key);
    if (known !== undefined) return known;
    const token = readFileSync(join(this.#folder.path, "token", "operator-token"), "utf8").trim();
    const tls = { source: fixedTls({ ca: this.#trust }), cluster: clusterName };
    const client = createClient({ address: addresses, token, tls, clock: systemClock });
    this.#clients.set(key, client);
    return client;
  }

  /** The log of every life, in the order in which they began. */
  logs(): readonly { readonly node: number; readonly life: FleetProcess; readonly text: string }[] {
    return this.nodes.flatMap(({ lives }, node) =>
      lives.map((life) => ({ node, life, text: textOf(life.settings.log) })),
    );
  }

  /** Ends all nodes in order, and waits for them. */
  async drain(): Promise<void> {
    this.#ending = true;
    for (const life of this.living) life.send("drain");
    await until(
      () => this.living.every(({ exit }) => exit !== undefined),
      () => this.living.filter(({ exit }) => exit === undefined).map(({ said, settings }) => ({ said, settings })),
      leaveMs,
    );
  }

  /** Ends whatever still runs and removes everything. Idempotent. */
  async end(): Promise<void> {
    this.#ending = true;
    for (const client of this.#clients.values()) client.close();
    await Promise.all(this.living.map((life) => life.kill()));
    await Promise.all(this.#supervisors);
    await Promise.all([this.net.close(), ...this.toStore.map((proxy) => proxy.close())]);
    await this.store.stop();
    this.#folder.remove();
  }

  #launch(at: number): void {
    const node = this.#node(at);
    const life = new FleetProcess(this.#options.script, this.settingsOf(at));
    node.lives.push(life);
    this.#supervisors.push(this.#supervise(node, at, life));
  }

  #node(at: number): FleetNode {
    const node = this.nodes[at];
    if (node === undefined) throw new RangeError(`there is no node ${at}`);
    return node;
  }

  /** As `garrison up` does, without its growing pauses: the run is short. */
  async #supervise(node: FleetNode, at: number, life: FleetProcess): Promise<void> {
    const { code, signal } = await life.gone;
    if (this.#ending) return;
    const name = `${node.id}.${node.lives.length}`;
    if (code === exitCodes.lost) this.lost += 1;
    // (One that does not get as far as that has met a store that is away.)
    else if (signal !== "SIGKILL" && life.incarnation !== undefined)
      this.unmeant.push(`${name} ended with ${code ?? ""}: ${life.said.trimEnd()}`);
    this.#options.say(`${name} ended with ${code ?? signal ?? ""} ${signal === null ? life.said.trimEnd() : ""}`);
    await pause(restartMs);
    if (!this.#isEnding()) this.#launch(at);
  }

  /** (A function, since the compiler does not see that it changes while something is awaited.) */
  #isEnding(): boolean {
    return this.#ending;
  }
}

/** What a life last said of whom it sees. */
const viewOf = ({ links }: FleetProcess): readonly string[] =>
  links.map(({ incarnation, state }) => `${incarnation} ${state}`).toSorted();

interface FleetParts {
  readonly folder: ReturnType<typeof tempDir>;
  readonly ids: readonly string[];
  /** On which the nodes listen. */
  readonly ports: readonly number[];
  readonly store: RedisServer;
  readonly net: ProxyNet;
  readonly toStore: readonly TcpProxy[];
  readonly authority: TestAuthority;
}

/** Everything that is there before the nodes: the store, the proxies, certificates and configs. */
const prepare = async ({ nodes, scan = {} }: FleetOptions): Promise<FleetParts> => {
  const folder = tempDir("chaos-fleet");
  const { path } = folder;
  const ids = Array.from({ length: nodes }, (_, index) => `node-${index + 1}`);
  const [store, authority] = await Promise.all([
    RedisServer.start({ appendfsync: "always" }),
    TestAuthority.create(clusterName),
  ]);
  const ports: number[] = [];
  // One after the other: each has to see the ones before it taken.
  while (ports.length < nodes) ports.push(await freePort());
  const net = await ProxyNet.start(nodes, (node) => ports[node] ?? 0);
  const toStore = await Promise.all(ids.map(() => TcpProxy.start(() => store.port)));
  mkdirSync(join(path, "logs"));
  writeFileSync(join(path, "ca.pem"), authority.pair.cert);
  for (const [at, id] of ids.entries()) {
    const { cert, key } = await authority.issue(`garrison://${clusterName}/node/${id}`, { hosts: ["127.0.0.1"] });
    writeFileSync(join(path, `${id}.pem`), cert);
    writeFileSync(join(path, `${id}-key.pem`), key, { mode: 0o600 });
    writeFileSync(
      join(path, `${id}.yaml`),
      stringify({
        node: { id },
        cluster: { name: clusterName },
        store: { url: `redis://127.0.0.1:${toStore[at]?.port ?? 0}` },
        listen: { grpc: `127.0.0.1:${ports[at] ?? 0}`, http: "127.0.0.1:0" },
        tls: { ca: join(path, "ca.pem"), cert: join(path, `${id}.pem`), key: join(path, `${id}-key.pem`) },
        control: { tokenFile: join(path, "token", "operator-token") },
        scan: { scope: ["127.0.0.1"], ...scan },
      }),
    );
  }
  return { folder, ids, ports, store, net, toStore, authority };
};

const textOf = (file: string): string => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
};
