import { setTimeout as pause } from "node:timers/promises";
import type { Random } from "../../../src/base/random.ts";
import type { GarrisonClient, Scan } from "../../../src/client/index.ts";
import { allScans, hasEnded, insist, submit } from "../scan/submitter.ts";

export interface StormLoadOptions {
  /** Calls whichever node answers. */
  readonly client: GarrisonClient;
  readonly targets: readonly string[];
  readonly bundle: string;
  readonly random: Random;
  /** Every so manieth scan is cancelled soon after it was submitted; 0: none. */
  readonly cancelOneIn: number;
  readonly prefix: string;
  /** So many scans are under way or wait. */
  readonly waiting: number;
}

const lookEveryMs = 200;
const cancelAfterLooks = 5;

/** Of the practice website, each with something of its own to find. */
export const practiceTargets = (url: string): readonly string[] =>
  ["/", "/shop/", "/blog/", "/docs/", "/staff/", "/api/"].map((base) => `${url}${base}`);

/** Keeps a cluster busy with scans, and writes down what it asked for. */
export class StormLoad {
  /** Every scan that was taken, and its target. */
  readonly submitted = new Map<string, string>();
  /** Scans that were asked to be cancelled: of one whose answer got lost, nobody says later that it was this call. */
  readonly cancelled = new Set<string>();
  readonly #options: StormLoadOptions;
  #running = true;
  #doomed: { readonly id: string; looks: number }[] = [];

  constructor(options: StormLoadOptions) {
    this.#options = options;
  }

  stop(): void {
    this.#running = false;
  }

  /** Resolves some time after `stop`. */
  async run(): Promise<void> {
    while (this.#running) {
      const open = (await this.scans()).filter((scan) => !hasEnded(scan)).length;
      for (let more = open; more < this.#options.waiting; more += 1) await this.#submit();
      await this.#cancelDoomed();
      await pause(lookEveryMs);
    }
  }

  /** Every scan of this load. */
  async scans(): Promise<readonly Scan[]> {
    return (await allScans(this.#options.client)).filter(({ id }) => this.submitted.has(id));
  }

  async #submit(): Promise<void> {
    const { client, targets, bundle, random, cancelOneIn, prefix } = this.#options;
    const id = `${prefix}-${this.submitted.size}`;
    const target = targets[this.submitted.size % targets.length] ?? "";
    this.submitted.set(id, target);
    await submit(client, id, target, bundle);
    if (cancelOneIn > 0 && random.below(cancelOneIn) === 0) this.#doomed.push({ id, looks: cancelAfterLooks });
  }

  async #cancelDoomed(): Promise<void> {
    for (const doomed of this.#doomed) doomed.looks -= 1;
    const [due, later] = [
      this.#doomed.filter(({ looks }) => looks <= 0),
      this.#doomed.filter(({ looks }) => looks > 0),
    ];
    this.#doomed = later;
    for (const { id } of due) {
      this.cancelled.add(id);
      await insist(() => this.#options.client.scans.cancel(id));
    }
  }
}
