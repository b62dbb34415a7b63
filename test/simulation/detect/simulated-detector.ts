import {
  DetectError,
  type AssignedTask,
  type DetectorResult,
  type Heartbeat,
  type RelayDesk,
} from "../../../src/actors/detect/index.ts";
import type { ScanResult } from "../../../src/engines/malware/index.ts";
import type { World } from "../world.ts";
import type { DetectFacts } from "./facts.ts";
import type { Host } from "./host.ts";
import { isFaulty } from "./is-faulty.ts";
import type { DetectionPlan, PlannedDetector } from "./plan.ts";
import { relaySettings } from "./settings.ts";
import { simulatedCall } from "./simulated-call.ts";

export interface SimulatedDetectorSetup {
  readonly world: World;
  readonly plan: DetectionPlan;
  readonly facts: DetectFacts;
  readonly host: Host;
  readonly planned: PlannedDetector;
  /** The current version of its signatures. */
  readonly signatures: () => number;
}

/** What detectors do by themselves. */
export const detectorFaults = ["detector dies", "detector hangs", "result said again"] as const;

const capacity = 2;
const callMs = 1_500;
const claimWaitMs = 1_200;
const pauseMs = 300;
const longestDeathMs = 2_000;
const diesChance = 0.18;
const hangsChance = 0.18;
const longestHangMs = 6_000;
const slowChance = 0.2;
const longestScanMs = 3_000;
const failsChance = 0.06;
const silentChance = 0.06;
const unsureChance = 0.15;
const againChance = 0.3;
const mostReports = 5;

/** One process of a detector, until it dies. */
interface Life {
  readonly incarnation: string;
  isAlive: boolean;
  /** Until then it neither says that it lives nor asks for anything. */
  hangsUntilMs: number;
  load: number;
}

/** A detector of a host: it claims tasks of the relay, scans, says what it found, dies and comes again. */
export class SimulatedDetector {
  readonly #setup: SimulatedDetectorSetup;
  #lives = 0;
  #said = 0;

  constructor(setup: SimulatedDetectorSetup) {
    this.#setup = setup;
    this.#begin();
  }

  #begin(): void {
    const life: Life = { incarnation: `${(this.#lives += 1)}`, isAlive: true, hangsUntilMs: 0, load: 0 };
    void this.#beat(life);
    void this.#work(life);
  }

  #die(life: Life): void {
    life.isAlive = false;
    const { world } = this.#setup;
    world.after(world.random.below(longestDeathMs), () => this.#begin());
  }

  async #beat(life: Life): Promise<void> {
    while (life.isAlive) {
      const heartbeat = this.#heartbeat(life);
      await this.#tried("beats", callMs, (desk) => desk.heartbeat(heartbeat));
      await this.#pause(relaySettings.heartbeatMs);
      await this.#untilAwake(life);
    }
  }

  async #work(life: Life): Promise<void> {
    const { name, kind } = this.#setup.planned;
    while (life.isAlive) {
      const count = capacity - life.load;
      const wants = kind.taskTypes.map((taskType) => ({ taskType, count }));
      const claim = { detector: name, incarnation: life.incarnation, wants, waitMs: claimWaitMs };
      const tasks =
        count <= 0 ? undefined : await this.#tried("claims", callMs + claimWaitMs, (desk) => desk.claimTasks(claim));
      for (const task of tasks ?? []) void this.#scan(life, task);
      await this.#pause(pauseMs);
      await this.#untilAwake(life);
    }
  }

  async #scan(life: Life, task: AssignedTask): Promise<void> {
    const { world } = this.#setup;
    life.load += 1;
    const mayFail = isFaulty(world);
    if (mayFail && life.isAlive && world.chance(diesChance)) {
      world.count("fault: detector dies");
      this.#die(life);
    }
    if (mayFail && world.chance(hangsChance)) {
      world.count("fault: detector hangs");
      life.hangsUntilMs = world.clock.monotonicMs() + world.random.below(longestHangMs);
    }
    await this.#pause(world.chance(slowChance) ? world.random.below(longestScanMs) : 0);
    await this.#untilAwake(life);
    if (!life.isAlive) return;
    await this.#report(life, task, this.#resultOf(task));
    life.load -= 1;
  }

  /** Until it is taken, or the relay says that nobody wants it. */
  async #report(life: Life, { taskId, kind, nth }: AssignedTask, result: ScanResult): Promise<void> {
    const { world, facts, host, planned } = this.#setup;
    const results: readonly DetectorResult[] = [{ taskId, kind, nth, result, tookMs: 1 }];
    const [name = ""] = result.outcome === "verdict" ? result.names : [];
    const report = { detector: planned.name, incarnation: life.incarnation, results };
    for (let tries = 0; tries < mostReports && life.isAlive; tries += 1) {
      const taken = await this.#tried("reports", callMs, async (desk, relay) => {
        facts.note({ type: "said", host: host.id, relay, detector: planned.name, taskId, kind, nth, name });
        await desk.reportResults(report);
        return true;
      });
      if (taken === undefined) continue;
      if (!isFaulty(world) || !world.chance(againChance)) return;
      world.count("fault: result said again");
    }
  }

  #resultOf({ object }: AssignedTask): ScanResult {
    const { world, plan, host, planned } = this.#setup;
    if (world.chance(failsChance)) return { outcome: "error", failure: "failed", message: "it could not be read" };
    if (world.chance(silentChance)) return { outcome: "no-opinion" };
    const isHarmful = plan.objects.get(object.sha256)?.isHarmful === true;
    const trust = world.chance(unsureChance) ? "grey" : isHarmful ? "black" : "white";
    return { outcome: "verdict", trust, names: [`${host.id}-${planned.name}-${(this.#said += 1)}`] };
  }

  #heartbeat({ incarnation, load }: Life): Heartbeat {
    const { planned, signatures } = this.#setup;
    const description = { ...planned.kind, engineVersion: "1", signatureVersion: `${signatures()}` };
    return { detector: planned.name, incarnation, description, capacity, load };
  }

  /** @returns `undefined`: nobody answered, or it was refused */
  async #tried<Answer>(
    what: string,
    timeoutMs: number,
    call: (desk: RelayDesk, relay: string) => Promise<Answer>,
  ): Promise<Answer | undefined> {
    const { world, host, planned } = this.#setup;
    try {
      return await simulatedCall(
        {
          ...{ world, timeoutMs, label: `${host.id} ${planned.name} ${what}`, enter: (run) => run() },
          overdue: () => new DetectError("unavailable", "the relay did not answer", { retryable: true }),
        },
        () => {
          const { door } = host;
          return door && { enter: door.enter, answer: () => call(door.desk, door.relay) };
        },
      );
    } catch (error) {
      if (error instanceof DetectError && error.retryable) return undefined;
      throw error;
    }
  }

  async #untilAwake(life: Life): Promise<void> {
    const leftMs = life.hangsUntilMs - this.#setup.world.clock.monotonicMs();
    if (leftMs > 0) await this.#pause(leftMs);
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.#setup.world.after(1 + ms, resolve));
  }
}
