import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { stringify } from "yaml";
import { exitCodes } from "../../../src/bin/process/exit-codes.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";
import { type ChaosStore, startChaosStore, type StoreKind } from "./chaos-store.ts";
import type { OwnerEvent } from "./owner-log.ts";
import type { OwnerNodeSettings } from "./owner-node.ts";
import { OwnerProcess } from "./owner-process.ts";
import { OwnedNow } from "./owned-now.ts";
import type { Defect } from "./tally.ts";

export interface OwnerClusterOptions {
  readonly nodes: number;
  readonly shards: number;
  readonly leaseMs: number;
  readonly store: StoreKind;
  readonly defect?: Defect | undefined;
  /** Told how processes end; of one that was not meant to, with what it last printed. */
  readonly say: (line: string) => void;
}

const restartMs = 200;
const lookEveryMs = 20;
const joinMs = 60_000;
const leaveMs = 30_000;

/** A node over all its incarnations. */
export interface OwnerNode {
  readonly id: string;
  /** The latest one last. */
  readonly lives: OwnerProcess[];
}

/** Nodes that own the same things, each in a process of its own which is started again when it ends, as `garrison up` does. */
export class OwnerCluster {
  readonly store: ChaosStore;
  readonly nodes: readonly OwnerNode[];
  /** What was owned by whom, as the nodes' logs have it. Brought up to date by `look`. */
  readonly owned: OwnedNow;
  /** Everything that the owners have written down, up to the last `look`. */
  readonly events: OwnerEvent[] = [];
  readonly #options: OwnerClusterOptions;
  readonly #folder = tempDir("chaos-owners");
  readonly #supervisors: Promise<void>[] = [];
  readonly #expected = new Set<OwnerProcess>();
  #restarts = true;
  #ending = false;

  private constructor(store: ChaosStore, options: OwnerClusterOptions) {
    this.store = store;
    this.#options = options;
    this.owned = new OwnedNow();
    mkdirSync(join(this.#folder.path, "logs"));
    this.nodes = Array.from({ length: options.nodes }, (_, index) => ({ id: `node-${index + 1}`, lives: [] }));
  }

  /** Resolves when every node takes part and everything is owned. */
  static async start(options: OwnerClusterOptions): Promise<OwnerCluster> {
    const cluster = new OwnerCluster(await startChaosStore(options.store), options);
    try {
      for (const node of cluster.nodes) cluster.#launch(node);
      await cluster.untilSettled(joinMs);
      return cluster;
    } catch (error) {
      await cluster.end();
      throw error;
    }
  }

  /** How many things there are to be owned: the shards and a singleton. */
  get things(): number {
    return this.#options.shards + 1;
  }

  /** Reads what has been written down since the last time. */
  look(): void {
    const news = this.nodes.flatMap(({ lives }) => lives.flatMap((life) => life.news()));
    // (One after the other: a long freeze ends with more lines than a call has room for arguments.)
    for (const event of news) this.events.push(event);
    this.owned.add(news);
  }

  /** Waits until every node takes part and owns something, and everything was written by its owner and has kept it for a while. */
  async untilSettled(deadlineMs: number): Promise<void> {
    const living = (): ReadonlySet<string> =>
      new Set(this.nodes.flatMap(({ lives }) => (lives.at(-1)?.runs === true ? [lives.at(-1)?.writer ?? ""] : [])));
    await until(
      async () => {
        await pause(lookEveryMs);
        this.look();
        return living().size === this.nodes.length && this.owned.settledBy(living(), this.things);
      },
      () => ({
        owners: this.owned.state(),
        nodes: this.nodes.map(({ lives }) => ({ writer: lives.at(-1)?.writer, said: lives.at(-1)?.said })),
      }),
      deadlineMs,
    );
  }

  /** Ends a process as a crash does. It is started again unless that is off. */
  async kill(life: OwnerProcess): Promise<void> {
    this.#expected.add(life);
    await life.kill();
  }

  /** Whether processes that end are started again. */
  set restarts(on: boolean) {
    this.#restarts = on;
    if (!on) return;
    for (const node of this.nodes) if (node.lives.at(-1)?.exit !== undefined) this.#launch(node);
  }

  /** Ends all nodes, in order if asked to. Returns how they ended. */
  async stop(inOrder: boolean): Promise<readonly (number | null)[]> {
    this.#ending = true;
    const last = this.nodes.flatMap(({ lives }) => lives.at(-1) ?? []);
    try {
      if (inOrder) {
        for (const life of last) life.drain();
        await until(
          () => last.every(({ exit }) => exit !== undefined),
          () => last.filter(({ exit }) => exit === undefined).map(({ writer, said }) => ({ writer, said })),
          leaveMs,
        );
      }
    } finally {
      await Promise.all(last.map((life) => life.kill()));
      await Promise.all(this.#supervisors);
      this.look();
    }
    return last.map(({ exit }) => exit?.code ?? null);
  }

  /** Ends whatever still runs and removes everything. Idempotent. */
  async end(): Promise<void> {
    await this.stop(false);
    for (const { lives } of this.nodes) for (const life of lives) life.closeLog();
    await this.store.end();
    this.#folder.remove();
  }

  #launch(node: OwnerNode): void {
    const writer = `${node.id}.${node.lives.length + 1}`;
    const life = new OwnerProcess(writer, this.#settings(node.id, writer));
    node.lives.push(life);
    this.#supervisors.push(this.#supervise(node, life));
  }

  async #supervise(node: OwnerNode, life: OwnerProcess): Promise<void> {
    const { code, signal } = await life.gone;
    if (this.#ending) return;
    const meant = this.#expected.has(life) || code === exitCodes.lost;
    this.#options.say(`${life.writer} ended with ${code ?? signal ?? ""}${meant ? "" : `: ${life.said.trimEnd()}`}`);
    await pause(restartMs);
    if (!this.#isEnding() && this.#restarts && node.lives.at(-1) === life) this.#launch(node);
  }

  /** (A function, since the compiler does not see that it changes while something is awaited.) */
  #isEnding(): boolean {
    return this.#ending;
  }

  #settings(id: string, writer: string): OwnerNodeSettings {
    const { path } = this.#folder;
    const configFile = join(path, `${id}.yaml`);
    writeFileSync(
      configFile,
      stringify({
        node: { id },
        store: { url: this.store.url },
        listen: { grpc: "127.0.0.1:0", http: "127.0.0.1:0" },
        control: { tokenFile: join(path, "token", "operator-token") },
        scan: { scope: ["127.0.0.1"] },
      }),
    );
    const { shards, leaseMs, defect } = this.#options;
    const log = join(path, "logs", writer);
    return { configFile, log, shards, leaseMs, ...(defect === undefined ? {} : { defect }) };
  }
}
