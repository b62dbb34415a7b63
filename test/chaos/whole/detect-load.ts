import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { seededRandom } from "../../../src/base/random.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { linesByObject, wasTakenOver } from "../detect/decision-checks.ts";
import { detectConfig } from "../detect/detect-nodes.ts";
import { startDetectors, type DetectorProcess } from "../detect/detector-process.ts";
import { readLines } from "../detect/detector-log.ts";
import { lookAtDecisions } from "../detect/look-at-decisions.ts";
import { chaosSample } from "../detect/sample.ts";
import { Submitter } from "../detect/submitter.ts";
import type { Disturbed } from "../fleet/disturb.ts";
import type { Fleet } from "../fleet/fleet.ts";
import type { ConfigSections } from "../fleet/prepare-fleet.ts";
import type { Load, Settled } from "./load.ts";
import { Pace } from "./pace.ts";
import { RelayWindows } from "./relay-windows.ts";

/** Each node is the relay of a host of its own; only these have detectors of the run. */
const hosts = ["a", "b", "c"] as const;
const hostsWithDetectors = 2;
const perSecond = 2;
/** As usual: what is lost three times runs alone, and so claims have to outlast the store's restarts. */
const leaseMs = 15_000;
/** What waits for claims of relays that are gone keeps no other sample from being submitted. */
const mostUnderWay = 128;
const lookEveryMs = 200;
/** Without any decision. Claims of relays that are gone, and what is held back after failures, take some seconds. */
const stuckMs = 180_000;
const shown = 5;

/** Samples that detectors on two hosts look at: their tasks go through relays, their decisions are verdicts. */
export class DetectLoad implements Load {
  readonly name = "detect";
  readonly #folder = tempDir("whole-detect");
  readonly #seed: number;
  readonly #seconds: number;
  #detectors: readonly DetectorProcess[] = [];
  #windows: RelayWindows | undefined;
  #submitter: Submitter | undefined;
  #submitted = 0;
  #running = true;

  /** @param seconds that it is fed */
  constructor(seed: number, seconds: number) {
    this.#seed = seed;
    this.#seconds = seconds;
    mkdirSync(join(this.#folder.path, "tmp"));
  }

  config(node: number): ConfigSections {
    return { detect: { ...detectConfig(this.#folder.path, hosts[node] ?? "none"), leaseMs } };
  }

  async feed(fleet: Fleet): Promise<void> {
    this.#detectors = hosts.slice(0, hostsWithDetectors).flatMap((host) => startDetectors(this.#folder.path, host));
    this.#windows = new RelayWindows(fleet);
    const random = seededRandom(this.#seed);
    // More than are ever due: faults may make the run longer than planned.
    const samples = Array.from({ length: this.#seconds * perSecond * 3 }, (_, at) =>
      chaosSample(this.#seed, at, random),
    );
    const submitter = (this.#submitter = new Submitter(fleet, samples, mostUnderWay));
    const pace = new Pace(perSecond);
    while (this.#running) {
      this.#submitted = Math.min(samples.length, pace.due);
      submitter.allow(this.#submitted);
      await pause(lookEveryMs);
    }
  }

  stop(): void {
    this.#running = false;
  }

  progress(): string {
    return `${this.#submitter?.ledger.length ?? 0} of ${this.#submitted} verdicts, ${this.#windows?.count ?? 0} windows`;
  }

  async settle(fleet: Fleet, { faults }: Disturbed): Promise<Settled> {
    const submitter = this.#submitter;
    if (submitter === undefined) throw new Error("no sample was ever submitted");
    const planned = this.#submitted;
    const late = await submitter.decided(planned, stuckMs).then(
      () => [],
      async (error: unknown) => [
        String(error),
        ...(await submitter.undecided().catch((unknown: unknown) => [String(unknown)])),
      ],
    );
    const { ledger } = submitter;
    await this.#windows?.end();
    const lines = this.#detectors.flatMap(({ log }) => readLines(log));
    const byObject = linesByObject(lines);
    const look = await lookAtDecisions(fleet, ledger, byObject);
    const lost = planned - ledger.length;
    const wrongBytes = lines
      .filter(({ event }) => event === "wrong")
      .map(({ detector }) => `${detector} had other bytes`);
    const common = { restarts: faults.kills.length, takeoverMs: 0 };
    const { required, answered, answeredTwice } = look;
    return {
      ledgers: [
        {
          ...{ system: "relay", planned: required, done: answered, doneTwice: answeredTwice },
          ...{ lost: required - answered, ...common },
        },
        { system: "detect", planned, done: ledger.length, doneTwice: look.decidedTwice, lost, ...common },
      ],
      floors: {
        verdicts: { seen: ledger.length, tenMinutes: 1_000 },
        "relay windows": { seen: this.#windows?.count ?? 0, tenMinutes: 500 },
        "tasks that another detector took over": {
          seen: [...byObject.values()].filter(wasTakenOver).length,
          tenMinutes: 5,
        },
      },
      violations: [late, look.decisions, look.answers, wrongBytes].flatMap((kind) => kind.slice(0, shown)),
      seen: {
        scans: lines.filter(({ event }) => event === "begun").length,
        black: ledger.filter(({ trust }) => trust === "black").length,
      },
    };
  }

  async end(): Promise<void> {
    await this.#windows?.end();
    await Promise.all(this.#detectors.map((detector) => detector.kill()));
    this.#folder.remove();
  }
}
