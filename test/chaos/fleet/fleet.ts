import { readFileSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../../../src/base/clock.ts";
import { exitCodes } from "../../../src/bin/process/exit-codes.ts";
import { ClientError, createClient, type GarrisonClient } from "../../../src/client/index.ts";
import { fixedTls } from "../../../src/wire/index.ts";
import type { ProxyNet } from "../../support/network/proxy-net.ts";
import type { TcpProxy } from "../../support/network/tcp-proxy.ts";
import type { RedisServer } from "../../support/redis-server.ts";
import type { Script } from "../../support/script.ts";
import type { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";
import { isPassing, type Caller } from "../caller.ts";
import type { FleetNodeSettings } from "./fleet-node.ts";
import { FleetProcess } from "./fleet-process.ts";
import { clusterName, prepareFleet, type ConfigSections, type FleetParts } from "./prepare-fleet.ts";

export interface FleetOptions {
  readonly nodes: number;
  /** The first so many are started; the others are left to the caller. All when absent. */
  readonly started?: number;
  readonly leaseMs: number;
  /** What each node runs; it is told `FleetNodeSettings` and `settings`. */
  readonly script: Script;
  readonly settings?: object;
  /** Sections of the config of a node, each over what the fleet itself has to set there. */
  readonly config?: (node: number) => ConfigSections;
  readonly say: (line: string) => void;
}

const restartMs = 200;
const lookEveryMs = 20;
const silenceMs = 120_000;
/** Calls that nobody answers fail sooner: one that goes on for so long, such as a watch, was served. */
const servedMs = 15_000;
const askAgainMs = 100;
const pageMs = 1_000;
/** On a machine that others load too. */
const joinMs = 180_000;
const leaveMs = 40_000;

/** A node over all its lives, the latest one last. */
export interface FleetNode {
  readonly id: string;
  readonly lives: FleetProcess[];
}

/**
 * Nodes as users deploy them: processes with mutual TLS, on a Redis server that writes everything to disk, always at the same addresses,
 * started again whenever they end. Between any two of them, and between each and the store, stands a proxy.
 */
export class Fleet implements Caller {
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
  readonly #httpPorts: readonly number[];
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
    this.#httpPorts = parts.httpPorts;
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
    const fleet = new Fleet(options, await prepareFleet(options.nodes, options.config ?? (() => ({}))));
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

  /** The page of metrics of a node. Rejects when it does not answer soon. */
  metrics(node: number): Promise<string> {
    const url = `https://127.0.0.1:${this.#httpPorts[node] ?? 0}/metrics`;
    const headers = { authorization: `Bearer ${this.#token}` };
    return new Promise((resolve, reject) => {
      const asked = request(url, { ca: this.#trust, headers, signal: AbortSignal.timeout(pageMs) }, (response) => {
        text(response).then(resolve, reject);
      });
      asked.on("error", reject).end();
    });
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

  async ask<Output>(call: (client: GarrisonClient) => Promise<Output>): Promise<Output> {
    let endMs = systemClock.monotonicMs() + silenceMs;
    const failures = new Map<string, number>();
    for (;;) {
      const beganMs = systemClock.monotonicMs();
      try {
        return await call(this.anywhere);
      } catch (error) {
        if (this.#isEnding() || !isPassing(error)) throw error;
        const nowMs = systemClock.monotonicMs();
        if (nowMs - beganMs > servedMs) endMs = nowMs + silenceMs;
        failures.set(error.code, (failures.get(error.code) ?? 0) + 1);
        if (nowMs > endMs) {
          const tries = [...failures].map(([why, count]) => `${count} x ${why}`).join();
          throw new Error(`no node has answered within ${silenceMs} ms (${tries})`, { cause: error });
        }
      }
      await pause(askAgainMs);
    }
  }

  async askOnce<Output>(call: (client: GarrisonClient) => Promise<Output>): Promise<Output | undefined> {
    try {
      return await call(this.anywhere);
    } catch (error) {
      if (error instanceof ClientError) return undefined;
      throw error;
    }
  }

  #clientOf(...addresses: readonly [string, ...string[]]): GarrisonClient {
    const key = addresses.join();
    const known = this.#clients.get(key);
    if (known !== undefined) return known;
    const tls = { source: fixedTls({ ca: this.#trust }), cluster: clusterName };
    const client = createClient({ address: addresses, token: this.#token, tls, clock: systemClock });
    this.#clients.set(key, client);
    return client;
  }

  get #token(): string {
    return readFileSync(join(this.#folder.path, "token", "operator-token"), "utf8").trim();
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

const textOf = (file: string): string => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
};
