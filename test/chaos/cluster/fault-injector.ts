import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../../../src/base/clock.ts";
import { until } from "../../support/until.ts";
import type { Fault, FaultKind } from "./fault-plan.ts";
import type { OwnerCluster } from "./owner-cluster.ts";
import type { OwnerProcess } from "./owner-process.ts";

/** A part of the machine's monotonic time. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Freeze extends Span {
  readonly life: OwnerProcess;
  /** The same node's next incarnation, once it is known. */
  readonly node: number;
}

/** Nodes that have to be there besides the victim: a majority could go on, and somebody can declare the dead. */
const fewestLeft = 2;
const victimMs = 60_000;
/** A node that was thawed either goes on or ends; until then it is no victim again. */
const afterThawMs = 10_000;

/** Carries out a plan, and writes down what was done when. */
export class FaultInjector {
  readonly counts: Record<FaultKind, number> = { kill: 0, freeze: 0, "store-kill": 0, "store-freeze": 0 };
  readonly freezes: Freeze[] = [];
  /** When the store did not serve. */
  readonly outages: Span[] = [];
  readonly #cluster: OwnerCluster;
  readonly #say: (line: string) => void;
  readonly #spared = new Set<OwnerProcess>();
  readonly #underWay: Promise<void>[] = [];
  #storeFault: Promise<void> = Promise.resolve();

  constructor(cluster: OwnerCluster, say: (line: string) => void) {
    this.#cluster = cluster;
    this.#say = say;
  }

  /** Resolves when every fault is over. Rejects when one could not be carried out. */
  async run(plan: readonly Fault[]): Promise<void> {
    const begunMs = systemClock.monotonicMs();
    for (const fault of plan) {
      await pause(Math.max(0, begunMs + fault.atMs - systemClock.monotonicMs()));
      this.#cluster.look();
      await this.#begin(fault);
    }
    await Promise.all([...this.#underWay, this.#storeFault]);
  }

  /** Node faults overlap with all others; of the store's there is one at a time. */
  async #begin(fault: Fault): Promise<void> {
    switch (fault.kind) {
      case "kill":
        return this.#kill(await this.#victim(fault.node));
      case "freeze":
        this.#follow(this.#freeze(await this.#victim(fault.node), fault.lengthMs));
        return;
      case "store-kill":
      case "store-freeze": {
        const earlier = this.#storeFault;
        const mine = earlier.then(() => this.#stopStore(fault.kind, fault.lengthMs));
        // Whoever waits for all of them hears of it.
        mine.catch(() => undefined);
        this.#storeFault = mine;
      }
    }
  }

  #follow(fault: Promise<void>): void {
    fault.catch(() => undefined);
    this.#underWay.push(fault);
  }

  /** The node of the plan, or the next one that runs. */
  async #victim(first: number): Promise<OwnerProcess> {
    const { nodes } = this.#cluster;
    const fit = (): readonly OwnerProcess[] =>
      nodes.flatMap((_, at) => {
        const life = nodes[(first + at) % nodes.length]?.lives.at(-1);
        return life?.runs === true && !this.#spared.has(life) ? [life] : [];
      });
    await until(
      () => fit().length > Math.min(fewestLeft, nodes.length - 1),
      () => nodes.map(({ lives }) => ({ writer: lives.at(-1)?.writer, runs: lives.at(-1)?.runs })),
      victimMs,
    );
    const [victim] = fit();
    if (victim === undefined) throw new Error("no node runs");
    return victim;
  }

  async #kill(victim: OwnerProcess): Promise<void> {
    this.#note("kill", victim.writer);
    await this.#cluster.kill(victim);
  }

  async #freeze(life: OwnerProcess, lengthMs: number): Promise<void> {
    this.#spared.add(life);
    this.#note("freeze", `${life.writer} for ${lengthMs} ms`);
    const node = this.#cluster.nodes.findIndex(({ lives }) => lives.includes(life));
    await life.freeze((pid) => this.#cluster.store.freezeNode(pid));
    const fromMs = systemClock.monotonicMs();
    await pause(lengthMs);
    this.freezes.push({ life, node, fromMs, toMs: systemClock.monotonicMs() });
    life.thaw();
    await Promise.race([life.gone, pause(afterThawMs)]);
    this.#spared.delete(life);
  }

  async #stopStore(kind: "store-kill" | "store-freeze", lengthMs: number): Promise<void> {
    const { server } = this.#cluster.store;
    if (server === undefined) throw new Error("this store has no server that could fail");
    this.#note(kind, `for ${lengthMs} ms`);
    const fromMs = systemClock.monotonicMs();
    if (kind === "store-kill") {
      await server.kill();
      await pause(lengthMs);
      await server.restart();
    } else {
      server.freeze();
      await pause(lengthMs);
      server.thaw();
    }
    this.outages.push({ fromMs, toMs: systemClock.monotonicMs() });
  }

  #note(kind: FaultKind, what: string): void {
    this.counts[kind] += 1;
    this.#say(`${kind} ${this.counts[kind]}: ${what}`);
  }
}
