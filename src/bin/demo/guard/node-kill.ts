import type { Clock } from "../../../base/clock.ts";
import type { GarrisonClient } from "../../../client/index.ts";
import type { Retrying } from "../../calls/retrying.ts";
import type { Victim } from "../demo-node.ts";
import type { Disturbance } from "../disturbances.ts";
import { until } from "../until.ts";

export interface NodeKillSetup {
  readonly victim: Victim;
  readonly after: number;
  /** Of another node. */
  readonly client: GarrisonClient;
  readonly retrying: Retrying;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const longestMs = 60_000;

/** Kills a node that owns shards of the service, which others take over, and starts it again. */
export class NodeKill implements Disturbance {
  readonly what: string;
  readonly after: number;
  readonly #setup: NodeKillSetup;
  #killedAtMs = 0;
  #takeoverMs = 0;

  constructor(setup: NodeKillSetup) {
    this.what = `${setup.victim.name} is killed`;
    this.after = setup.after;
    this.#setup = setup;
  }

  /** From the kill until every shard had an owner that answered. */
  get takeoverMs(): number {
    return this.#takeoverMs;
  }

  async strike(): Promise<void> {
    const { victim, clock } = this.#setup;
    await victim.node.kill();
    this.#killedAtMs = clock.monotonicMs();
  }

  async mend(): Promise<void> {
    await Promise.all([this.#setup.victim.node.start(), this.#takenOver()]);
  }

  async #takenOver(): Promise<void> {
    const { client, retrying, clock, signal } = this.#setup;
    const isOwned = async (): Promise<boolean> =>
      (await retrying.call(() => client.guard.stats(), signal)).every(({ node }) => node !== "");
    if (!(await until(isOwned, { longestMs, clock, signal }))) {
      throw new Error(`shards of the service have no owner ${longestMs} ms after a node was killed`);
    }
    this.#takeoverMs = Math.round(clock.monotonicMs() - this.#killedAtMs);
  }
}
