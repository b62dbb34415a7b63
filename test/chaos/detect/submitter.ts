import type { Verdict } from "../../../src/client/index.ts";
import type { ChaosSample } from "./sample.ts";
import type { DetectCluster } from "./detect-cluster.ts";

/** What the submitter knows of one task. */
export interface Submitted extends ChaosSample {
  /** As it was acknowledged: of several acknowledgements of one submission, the first. */
  readonly taskId: string;
  readonly verdict: Verdict;
}

/** Under way at once. */
const atOnce = 32;

/** Submits samples and watches each until it is decided: a ledger of its own, whatever the nodes say later. */
export class Submitter {
  readonly ledger: Submitted[] = [];
  readonly done: Promise<unknown>;
  readonly #cluster: DetectCluster;

  constructor(cluster: DetectCluster, samples: readonly ChaosSample[]) {
    this.#cluster = cluster;
    const left = samples.values();
    this.done = Promise.all(Array.from({ length: atOnce }, () => this.#work(left)));
    // Whoever waits for it is told; until then nobody may.
    this.done.catch(() => undefined);
  }

  async #work(left: IterableIterator<ChaosSample>): Promise<void> {
    for (const sample of left) {
      const header = { taskType: "sample-file", sha256: sample.sha256, source: "chaos" } as const;
      async function* bytes(): AsyncGenerator<Uint8Array> {
        yield await Promise.resolve(sample.bytes);
      }
      const { taskId } = await this.#cluster.ask((client) => client.detection.submit(header, bytes));
      this.ledger.push({ ...sample, taskId, verdict: await this.#decided(sample.sha256) });
    }
  }

  #decided(sha256: string): Promise<Verdict> {
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
