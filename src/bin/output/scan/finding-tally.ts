import type { Finding } from "../../../engines/scan/index.ts";
import { severities, type Severity } from "../../../engines/scan/template/severity.ts";

/** Counts findings on their way to the output. */
export class FindingTally {
  count = 0;
  #worst: Severity | undefined;

  static of(findings: Iterable<Finding>): FindingTally {
    const tally = new FindingTally();
    for (const finding of findings) tally.#add(finding);
    return tally;
  }

  /** Passes them on, each counted before it is taken. */
  async *counting(findings: AsyncIterable<Finding> | Iterable<Finding>): AsyncGenerator<Finding> {
    for await (const finding of findings) {
      this.#add(finding);
      yield finding;
    }
  }

  /** Counts them without passing them on. */
  async countAll(findings: AsyncIterable<Finding>): Promise<void> {
    for await (const finding of findings) this.#add(finding);
  }

  /** Whether there is a finding of this severity or a higher one. */
  reaches(severity: Severity): boolean {
    return this.#worst !== undefined && rank(this.#worst) >= rank(severity);
  }

  #add({ info: { severity } }: Finding): void {
    this.count += 1;
    if (this.#worst === undefined || rank(severity) > rank(this.#worst)) this.#worst = severity;
  }
}

const rank = (severity: Severity): number => (severity === "unknown" ? -1 : severities.indexOf(severity));
