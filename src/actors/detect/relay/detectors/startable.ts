import type { Clock } from "../../../../base/clock.ts";
import { inTime } from "../../../../base/in-time.ts";
import type { DetectorDescription } from "../../../../engines/malware/index.ts";
import { DetectError } from "../../errors.ts";
import { hasKnownVersion } from "../../known-version.ts";
import type { ConfiguredDetectors, DetectorProcesses } from "../processes/detector-process.ts";

/** The kinds of detectors that a host can start. */
export interface Startable {
  /** As far as anybody knows what they are. */
  readonly known: readonly DetectorDescription[];
  /** Of these one has to be started to be asked. */
  readonly undescribed: readonly string[];
}

const unknownVersion = { engineVersion: "unknown", signatureVersion: "unknown" } as const;
/** Well below what a host may be silent for: it is announced all the same. */
const describeMs = 5_000;
const problem = `what it scans with could not be read in ${describeMs} ms: look at its files and their disk`;

/** Asks the kinds that could be started what they are, one question at a time of each: a disk that hangs may answer never. */
export class StartableKinds {
  readonly #processes: DetectorProcesses | undefined;
  readonly #clock: Clock;
  /** Kinds whose answer is late, until it comes. */
  readonly #late = new Set<string>();

  constructor(processes: DetectorProcesses | undefined, clock: Clock) {
    this.#processes = processes;
    this.#clock = clock;
  }

  /**
   * What the kinds are now. One whose engine has not answered yet is in both lists, one that does not say in time what it is has that for its
   * problem.
   * @param described what the last detector of each kind has said of itself
   */
  async ask(described: ReadonlyMap<string, DetectorDescription>): Promise<Startable> {
    const kinds = await Promise.all(
      (this.#processes?.detectors ?? []).map(async (detectors) => {
        const { kind, looksAt } = detectors;
        const said = await this.#say(detectors);
        const last = described.get(kind) ?? (looksAt && { kind, ...looksAt, ...unknownVersion });
        return { kind, description: said === "late" ? last && { ...last, problem } : (said ?? last) };
      }),
    );
    return {
      known: kinds.flatMap(({ description }) => description ?? []),
      undescribed: kinds.flatMap(({ kind, description }) =>
        description === undefined || !hasKnownVersion(description) ? [kind] : [],
      ),
    };
  }

  async #say({ kind, describe }: ConfiguredDetectors): Promise<DetectorDescription | "late" | undefined> {
    if (describe === undefined) return undefined;
    if (this.#late.has(kind)) return "late";
    const saying = describe();
    try {
      return await inTime(this.#clock, describeMs, saying, () => new DetectError("unavailable", problem));
    } catch (error) {
      if (!(error instanceof DetectError)) throw error;
      this.#late.add(kind);
      const over = (): void => void this.#late.delete(kind);
      saying.then(over, over);
      return "late";
    }
  }
}
