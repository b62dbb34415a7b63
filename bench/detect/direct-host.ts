import { createHash } from "node:crypto";
import type { CentrePort, FetchedTask, OfferedKind, RelayIdentity } from "../../src/actors/detect/index.ts";
import { pause } from "../../src/base/pause.ts";
import { systemClock } from "../../src/base/clock.ts";
import type { ScanResult } from "../../src/engines/malware/index.ts";
import { detectorCapacity, type Host } from "./host.ts";
import type { MeasuredCentre } from "./measured-centre.ts";

const pollMs = 100;
const announceMs = 2_000;

/** A host without a relay: each of its detectors asks the centre itself every 100 ms, and downloads what it is to look at. */
export class DirectHost implements Host {
  static async start(centre: MeasuredCentre, machine: string, kinds: readonly string[]): Promise<DirectHost> {
    const host = new DirectHost();
    const starts = kinds.map(async (kind) => {
      const detector = new DirectDetector(centre.port(), `${machine}-${kind}`, kind);
      await detector.announce();
      host.#running.push(detector.run(host.#ending.signal));
    });
    await Promise.all(starts);
    return host;
  }

  readonly #running: Promise<void>[] = [];
  readonly #ending = new AbortController();

  async end(): Promise<void> {
    this.#ending.abort();
    await Promise.all(this.#running);
  }
}

class DirectDetector {
  readonly #centre: CentrePort;
  readonly #identity: RelayIdentity;
  readonly #offer: OfferedKind;
  /** The last scan that was begun: one object is downloaded at a time. */
  #last: Promise<void> = Promise.resolve();

  constructor(centre: CentrePort, host: string, kind: string) {
    this.#centre = centre;
    this.#identity = { host, incarnation: "1" };
    const versions = { engineVersion: "1", signatureVersion: "1" };
    this.#offer = { kind, class: "static", taskTypes: ["sample-file"], ...versions, detectors: 1 };
  }

  async announce(): Promise<void> {
    await this.#centre.announce(this.#identity, [this.#offer]);
  }

  /** Polls at its pace, whatever is still under way. */
  async run(signal: AbortSignal): Promise<void> {
    const underWay = new Set<Promise<void>>();
    let announcedMs = systemClock.monotonicMs();
    for (let nextMs = announcedMs; !signal.aborted; nextMs += pollMs) {
      await pause(systemClock, Math.max(0, nextMs - systemClock.monotonicMs()), signal);
      const work = this.#poll();
      underWay.add(work);
      void work.finally(() => underWay.delete(work));
      if (nextMs - announcedMs < announceMs) continue;
      announcedMs = nextMs;
      await this.announce();
    }
    await Promise.all(underWay);
  }

  async #poll(): Promise<void> {
    const { kind, taskTypes } = this.#offer;
    const tasks = await this.#centre.fetchTasks(this.#identity, [{ kind, taskTypes, count: detectorCapacity }]);
    for (const task of tasks) this.#last = this.#last.then(() => this.#scan(task));
    await this.#last;
  }

  async #scan({ taskId, kind, nth, token, object }: FetchedTask): Promise<void> {
    const begunMs = systemClock.monotonicMs();
    const hash = createHash("sha256");
    for await (const chunk of this.#centre.download(object, new AbortController().signal)) hash.update(chunk);
    const found = hash.digest("hex");
    const result: ScanResult =
      found === object.sha256
        ? { outcome: "verdict", trust: "white", names: [] }
        : { outcome: "error", failure: "failed", message: `the object is ${found}` };
    const { engineVersion, signatureVersion } = this.#offer;
    const tookMs = Math.round(systemClock.monotonicMs() - begunMs);
    const by = { kind, detector: kind, host: this.#identity.host, engineVersion, signatureVersion, tookMs };
    const claim = { taskId, kind, nth, token };
    await this.#centre.report(this.#identity, [
      { taskId, answers: [{ claim, answer: { ...by, result } }], givenBack: [] },
    ]);
  }
}
