import { systemClock } from "../../../src/base/clock.ts";
import { seededRandom } from "../../../src/base/random.ts";
import { startSite, type SiteProcess } from "../../../src/bin/demo/site-process.ts";
import { inRepository } from "../../support/built.ts";
import { tempDir } from "../../support/temp-dir.ts";
import type { Disturbed } from "../fleet/disturb.ts";
import type { Fleet } from "../fleet/fleet.ts";
import type { ConfigSections } from "../fleet/prepare-fleet.ts";
import { eventsOf, finishedPerSecond } from "../scan/node-events.ts";
import { uploadFolder } from "../scan/submitter.ts";
import { endedScans, judgeScans } from "../storm/judge-scans.ts";
import { practiceTargets, StormLoad } from "../storm/storm-load.ts";
import type { Load, Settled } from "./load.ts";

const answerMs = 20;
const waiting = 2;
/** The loops scan too. */
const maxTasksInProcess = 6;
const cancelOneIn = 25;
const shown = 5;

/** Scans of the practice website, over and over. */
export class ScanLoad implements Load {
  readonly name = "scan";
  readonly #folder: ReturnType<typeof tempDir>;
  readonly #site: SiteProcess;
  readonly #seed: number;
  readonly #calmMs: number;
  #load: StormLoad | undefined;
  #stopped = false;
  #begunMs = 0;

  private constructor(folder: ReturnType<typeof tempDir>, site: SiteProcess, seed: number, calmMs: number) {
    this.#folder = folder;
    this.#site = site;
    this.#seed = seed;
    this.#calmMs = calmMs;
  }

  /** @param calmMs after the begin of the work nobody disturbs it for so long */
  static async start(seed: number, calmMs: number): Promise<ScanLoad> {
    const folder = tempDir("whole-site");
    try {
      const site = await startSite(`${folder.path}/access.log`, answerMs, systemClock);
      return new ScanLoad(folder, site, seed, calmMs);
    } catch (error) {
      folder.remove();
      throw error;
    }
  }

  config(): ConfigSections {
    return { scan: { leaseMs: 2_000, maxTasksInProcess, subtaskRequests: 10, probes: 2 } };
  }

  async feed(fleet: Fleet): Promise<void> {
    const client = fleet.anywhere;
    this.#load = new StormLoad({
      client,
      bundle: await fleet.ask((of) => uploadFolder(of, inRepository("templates"))),
      targets: practiceTargets(this.#site.url),
      random: seededRandom(this.#seed),
      cancelOneIn,
      waiting,
      prefix: "scan",
    });
    this.#begunMs = systemClock.monotonicMs();
    if (!this.#stopped) await this.#load.run();
  }

  stop(): void {
    this.#stopped = true;
    this.#load?.stop();
  }

  progress(): string {
    return `${this.#load?.submitted.size ?? 0} scans`;
  }

  async settle(fleet: Fleet, { faults, healedMs }: Disturbed): Promise<Settled> {
    const load = this.#load;
    if (load === undefined) throw new Error("no scan was ever submitted");
    const scans = await endedScans(load);
    const events = fleet.logs().flatMap(({ node, text }) => eventsOf(text, node));
    const judged = await judgeScans(fleet.anywhere, load, scans, events, this.#site, faults.kills);
    const { ledger, wrong, ...seen } = judged;
    const stormMs = this.#begunMs + this.#calmMs;
    const calmPerSecond = finishedPerSecond(events, this.#begunMs, stormMs);
    const disturbedPerSecond = finishedPerSecond(events, stormMs, healedMs);
    return {
      ledgers: [ledger],
      floors: {
        subtasks: { seen: events.filter(({ verb }) => verb === "finished").length, tenMinutes: 2_000 },
        takeovers: { seen: seen.takeovers, tenMinutes: 10 },
      },
      violations: [
        ...wrong.slice(0, shown),
        ...(seen.deadLetters === 0 ? [] : [`${seen.deadLetters} subtasks are dead`]),
        ...(disturbedPerSecond * 4 < calmPerSecond
          ? [`${disturbedPerSecond}/s of ${calmPerSecond}/s undisturbed`]
          : []),
      ],
      seen: { ...seen, calmPerSecond, disturbedPerSecond },
    };
  }

  async end(): Promise<void> {
    await this.#site.stop();
    this.#folder.remove();
  }
}
