import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "../../../src/base/clock.ts";
import { fine, type Conditions } from "../../support/network/conditions.ts";
import { fleetFaultKinds, type FleetFault, type FleetFaultKind } from "./fault-plan.ts";
import type { Fleet } from "./fleet.ts";
import type { FleetProcess } from "./fleet-process.ts";

/** Nodes that have to run beside the victim: somebody has to go on, and to declare the dead. */
const fewestLeft = 2;
const lookEveryMs = 20;
const victimMs = 60_000;
const delayMs = 150;
const bytesPerSecond = 20_000;

/** A node that was killed or frozen, on the machine's monotonic clock. */
export interface Blow {
  readonly node: number;
  readonly atMs: number;
}

/** Carries out a plan on a fleet, and counts what was done. */
export class FleetFaults {
  readonly counts = Object.fromEntries(fleetFaultKinds.map((kind) => [kind, 0])) as Record<FleetFaultKind, number>;
  readonly kills: Blow[] = [];
  readonly #fleet: Fleet;
  readonly #say: (line: string) => void;
  readonly #underWay: Promise<void>[] = [];
  #storeFault: Promise<void> = Promise.resolve();

  constructor(fleet: Fleet, say: (line: string) => void) {
    this.#fleet = fleet;
    this.#say = say;
  }

  /** Resolves when every fault is over and everything is mended. Rejects when one could not be carried out. */
  async run(plan: readonly FleetFault[]): Promise<void> {
    const begunMs = systemClock.monotonicMs();
    for (const fault of plan) {
      await pause(Math.max(0, begunMs + fault.atMs - systemClock.monotonicMs()));
      const life = fault.kind === "kill" || fault.kind === "freeze" ? await this.#victim(fault.node) : undefined;
      const running = this.#do(fault, life);
      running.catch(() => undefined);
      this.#underWay.push(running);
      this.counts[fault.kind] += 1;
      const { kind, node, peer, lengthMs, lossy } = fault;
      this.#say(`${kind} ${this.counts[kind]}: ${node + 1} ${peer + 1} for ${lengthMs} ms${lossy ? ", lossy" : ""}`);
    }
    await Promise.all(this.#underWay);
    this.#fleet.net.heal();
    for (const proxy of this.#fleet.toStore) proxy.heal();
  }

  async #do(fault: FleetFault, life: FleetProcess | undefined): Promise<void> {
    const { net, toStore } = this.#fleet;
    const { node, peer, lengthMs } = fault;
    const cut: Partial<Conditions> = { cut: fault.lossy ? "lost" : "held" };
    switch (fault.kind) {
      case "kill":
        if (life === undefined) return;
        this.kills.push({ node: this.#numberOf(life), atMs: systemClock.monotonicMs() });
        await life.kill();
        return;
      case "freeze":
        await life?.freeze();
        await pause(lengthMs);
        life?.thaw();
        return;
      case "cut-one-way":
        return this.#between([[node, peer]], cut, lengthMs);
      case "cut-both":
        // prettier-ignore
        return this.#between([[node, peer], [peer, node]], cut, lengthMs);
      case "delay":
        return this.#between([[node, peer]], { delayMs }, lengthMs);
      case "throttle":
        return this.#between([[node, peer]], { bytesPerSecond }, lengthMs);
      case "reset":
        net.between(node, peer).reset();
        net.between(peer, node).reset();
        return;
      case "refuse":
        net.between(node, peer).refuse();
        await pause(lengthMs);
        net.between(node, peer).heal();
        return;
      case "store-cut":
        toStore[node]?.set(fault.lossy ? "there" : "back", cut);
        await pause(lengthMs);
        toStore[node]?.heal();
        return;
      case "store-restart": {
        // There is one server: one such fault at a time.
        const mine = this.#storeFault.then(() => this.#restartStore(Math.min(lengthMs, 1_000)));
        this.#storeFault = mine.catch(() => undefined);
        return mine;
      }
    }
  }

  async #between(
    ways: readonly (readonly [number, number])[],
    conditions: Partial<Conditions>,
    lengthMs: number,
  ): Promise<void> {
    for (const [from, to] of ways) this.#fleet.net.set(from, to, conditions);
    await pause(lengthMs);
    for (const [from, to] of ways) this.#fleet.net.set(from, to, fine);
  }

  async #restartStore(awayMs: number): Promise<void> {
    await this.#fleet.store.kill();
    await pause(awayMs);
    await this.#fleet.store.restart();
  }

  /** The node of the plan, or the next one that runs, once enough others do. */
  async #victim(first: number): Promise<FleetProcess | undefined> {
    const { nodes } = this.#fleet;
    const end = systemClock.monotonicMs() + victimMs;
    for (;;) {
      const fit = nodes.flatMap((_, at) => {
        const life = nodes[(first + at) % nodes.length]?.lives.at(-1);
        return life?.runs === true ? [life] : [];
      });
      if (fit.length > fewestLeft) return fit[0];
      if (systemClock.monotonicMs() > end) throw new Error(`only ${fit.length} nodes run after ${victimMs} ms`);
      await pause(lookEveryMs);
    }
  }

  #numberOf(life: FleetProcess): number {
    return this.#fleet.nodes.findIndex(({ lives }) => lives.includes(life));
  }
}
