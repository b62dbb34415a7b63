import type { AssignedTask, RelayDesk } from "../../../src/actors/detect/index.ts";
import type { DetectorDescription, ScanResult, TaskType } from "../../../src/engines/malware/index.ts";

/** Where a detector talks to a relay. */
export interface DetectorHost {
  readonly desk: RelayDesk;
  run<Result>(work: Promise<Result>): Promise<Result>;
  pass(ms: number): Promise<void>;
}

export interface TestDetectorOptions {
  readonly kind?: string;
  readonly taskTypes?: readonly TaskType[];
  readonly incarnation?: string;
  readonly signatureVersion?: string;
}

type MadeWith = Pick<DetectorDescription, "engineVersion" | "signatureVersion">;

export const white: ScanResult = { outcome: "verdict", trust: "white", names: [] };

/** A detector that does what the test says. */
export class TestDetector {
  readonly name: string;
  description: DetectorDescription;
  readonly incarnation: string;
  readonly #world: DetectorHost;

  constructor(world: DetectorHost, name: string, options: TestDetectorOptions) {
    const { kind = "yara", taskTypes = ["sample-file"], incarnation = "life-1", signatureVersion = "1" } = options;
    this.#world = world;
    this.name = name;
    this.incarnation = incarnation;
    this.description = { kind, class: "static", taskTypes, engineVersion: "1", signatureVersion };
  }

  async heartbeat(load = 1): Promise<number> {
    const { name: detector, incarnation, description } = this;
    const { heartbeatMs } = await this.#world.run(
      this.#world.desk.heartbeat({ detector, incarnation, description, capacity: 8, load }),
    );
    return heartbeatMs;
  }

  /** Asks for tasks, and gets those that are ready. */
  claim(
    count: number,
    taskType: TaskType = "sample-file",
    taskIds?: readonly string[],
  ): Promise<readonly AssignedTask[]> {
    return this.#world.run(this.#claim(count, taskType, 0, taskIds));
  }

  /** Asks for tasks, and waits for them: time has to pass for that. */
  waitFor(count: number, waitMs: number, signal?: AbortSignal): Promise<readonly AssignedTask[]> {
    return this.#claim(count, "sample-file", waitMs, undefined, signal);
  }

  /** Asks for tasks, lets a window pass, and gets them. */
  async take(count: number, taskType: TaskType = "sample-file"): Promise<readonly AssignedTask[]> {
    await this.claim(count, taskType);
    await this.#world.pass(1_000);
    return this.claim(count, taskType);
  }

  /** @param madeWith the versions that it says; absent: none */
  report(tasks: readonly AssignedTask[], result: ScanResult = white, madeWith?: MadeWith): Promise<void> {
    const { name: detector, incarnation } = this;
    const versions = madeWith === undefined ? {} : { madeWith };
    const results = tasks.map(({ taskId, kind, nth }) => ({ taskId, kind, nth, result, tookMs: 5, ...versions }));
    return this.#world.run(this.#world.desk.reportResults({ detector, incarnation, results }));
  }

  async fetch(sha256: string): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    await this.#world.run(
      (async () => {
        for await (const chunk of this.#world.desk.fetchObject(this.name, sha256)) chunks.push(chunk);
      })(),
    );
    return Buffer.concat(chunks);
  }

  #claim(
    count: number,
    taskType: TaskType,
    waitMs: number,
    taskIds?: readonly string[],
    signal?: AbortSignal,
  ): Promise<readonly AssignedTask[]> {
    const { name: detector, incarnation } = this;
    const named = taskIds === undefined ? {} : { taskIds };
    return this.#world.desk.claimTasks(
      { detector, incarnation, wants: [{ taskType, count }], waitMs, ...named },
      signal,
    );
  }
}
