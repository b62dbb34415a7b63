import { EventEmitter, once } from "node:events";
import type { Verdict } from "../../../src/client/index.ts";
import type { Caller } from "../caller.ts";
import type { ChaosSample } from "./sample.ts";

/** What the submitter knows of one task. */
export interface Submitted extends ChaosSample {
  /** As it was acknowledged: of several acknowledgements of one submission, the first. */
  readonly taskId: string;
  readonly verdict: Verdict;
  /** How often it was sent: that no acknowledgement came does not say that no task was started. */
  readonly sent: number;
}

const usuallyAtOnce = 32;

/** Submits samples and watches each until it is decided: a ledger of its own, whatever the nodes say later. */
export class Submitter {
  readonly ledger: Submitted[] = [];
  readonly #cluster: Pick<Caller, "ask">;
  readonly #samples: readonly ChaosSample[];
  /** `allowed`: more samples may be submitted; `decided`: the ledger has one more. */
  readonly #news = new EventEmitter().setMaxListeners(0);
  readonly #done: Promise<unknown>;
  /** By the digest of the sample: the task, once it is acknowledged. */
  readonly #open = new Map<string, string | undefined>();
  #allowed = 0;
  #begun = 0;
  #acknowledged = 0;

  /** @param atOnce under way */
  constructor(cluster: Pick<Caller, "ask">, samples: readonly ChaosSample[], atOnce = usuallyAtOnce) {
    this.#cluster = cluster;
    this.#samples = samples;
    this.#done = Promise.all(Array.from({ length: atOnce }, () => this.#work()));
    // Whoever waits for a decision is told; until then nobody may.
    this.#done.catch(() => undefined);
  }

  /** Tasks that were acknowledged and are not decided, as far as it knows. */
  get underWay(): number {
    return this.#acknowledged - this.ledger.length;
  }

  /** What is under way, and what a centre says of it: whether the decision is missing, or only the news of it. */
  async undecided(): Promise<readonly string[]> {
    return Promise.all(
      [...this.#open].map(async ([hex, taskId]) => {
        if (taskId === undefined) return `${hex} is being submitted`;
        const { state } = await this.#cluster.ask((client) => client.detection.get({ algorithm: "sha256", hex }));
        return `${taskId} of ${hex} is ${state}`;
      }),
    );
  }

  /** Lets it submit as many samples in all. */
  allow(samples: number): void {
    this.#allowed = Math.max(this.#allowed, samples);
    this.#news.emit("allowed");
  }

  /**
   * So many are decided.
   * @throws when there is no decision for `stuckMs`, or a sample could not be submitted
   */
  async decided(least: number, stuckMs: number): Promise<void> {
    while (this.ledger.length < least) {
      const over = new AbortController();
      const timer = setTimeout(() => over.abort(), stuckMs);
      try {
        await Promise.race([once(this.#news, "decided", { signal: over.signal }), this.#done]);
      } catch (error) {
        if (!over.signal.aborted) throw error;
        throw new Error(`no decision for ${stuckMs} ms; ${this.ledger.length} of ${least}`, { cause: error });
      } finally {
        clearTimeout(timer);
        over.abort();
      }
    }
  }

  async #work(): Promise<void> {
    for (;;) {
      const sample = this.#samples[this.#begun];
      if (sample === undefined) return;
      if (this.#begun >= this.#allowed) {
        await once(this.#news, "allowed");
        continue;
      }
      this.#begun += 1;
      await this.#submit(sample);
    }
  }

  async #submit(sample: ChaosSample): Promise<void> {
    const header = { taskType: "sample-file", sha256: sample.sha256, source: "chaos" } as const;
    let sent = 0;
    async function* bytes(): AsyncGenerator<Uint8Array> {
      sent += 1;
      yield await Promise.resolve(sample.bytes);
    }
    this.#open.set(sample.sha256, undefined);
    const { taskId } = await this.#cluster.ask((client) => client.detection.submit(header, bytes));
    this.#acknowledged += 1;
    this.#open.set(sample.sha256, taskId);
    this.ledger.push({ ...sample, taskId, verdict: await this.#verdict(sample.sha256), sent });
    this.#open.delete(sample.sha256);
    this.#news.emit("decided");
  }

  #verdict(sha256: string): Promise<Verdict> {
    return this.#cluster.ask(async (client) => {
      const over = new AbortController();
      try {
        for (;;) {
          for await (const verdict of client.detection.watch(sha256, over.signal)) {
            if (verdict.state === "decided") return verdict;
          }
        }
      } finally {
        over.abort();
      }
    });
  }
}
