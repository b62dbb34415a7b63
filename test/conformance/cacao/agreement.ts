import { rules } from "../../../src/engines/playbook/cacao/read/rules.ts";
import { readPlaybook } from "../../../src/engines/playbook/cacao/index.ts";
import type { CacaoProblem } from "../../../src/engines/playbook/cacao/index.ts";
import { laxer, stricter, unread } from "./differences.ts";
import type { PublicSchemas } from "./public-schemas.ts";

/** Compares verdicts of the reader with those of the public schemas: is it a CACAO playbook or not. */
export class Agreement {
  readonly #schemas: PublicSchemas;
  readonly #needed = new Set<string>();
  readonly counts = { compared: 0, bothInvalid: 0, neitherInvalid: 0, stricter: 0, laxer: 0 };

  constructor(schemas: PublicSchemas) {
    this.#schemas = schemas;
  }

  /** What of a disagreement stands in no list; none: they agree, or differ as the lists say. */
  compare(playbook: unknown): readonly string[] {
    const errors = this.#schemas.errorsOf(playbook);
    const reading = readPlaybook(playbook);
    this.counts.compared += 1;
    if (errors.length > 0 === (reading.status === "invalid")) {
      this.counts[errors.length > 0 ? "bothInvalid" : "neitherInvalid"] += 1;
      return [];
    }
    if (reading.status === "invalid") {
      this.counts.stricter += 1;
      return reading.problems.filter(isInvalid).flatMap((problem) => this.#uncovered(stricter, problem));
    }
    this.counts.laxer += 1;
    if (reading.status === "refused" && reading.problems.some(({ rule }) => unread.has(rule))) return [];
    return errors.flatMap((error) => this.#uncovered(laxer, error));
  }

  /** Entries of the lists that nothing needed. */
  get unneeded(): readonly string[] {
    return [...stricter, ...laxer].map(({ name }) => name).filter((name) => !this.#needed.has(name));
  }

  #uncovered<Complaint>(
    differences: readonly { readonly name: string; readonly covers: (complaint: Complaint) => boolean }[],
    complaint: Complaint,
  ): readonly string[] {
    const difference = differences.find(({ covers }) => covers(complaint));
    if (difference === undefined) return [JSON.stringify(complaint)];
    this.#needed.add(difference.name);
    return [];
  }
}

const isInvalid = ({ rule }: CacaoProblem): boolean =>
  Object.entries(rules).some(([name, verdict]) => name === rule && verdict === "invalid");
