import { GarrisonError } from "../base/errors.ts";

/** One thing that is wrong with the configuration. */
export interface ConfigProblem {
  /** The key, such as `scan.leaseMs`; empty when the whole file is meant. */
  readonly path: string;
  /** Where it was written: `FILE:LINE`, `env NAME` or `flag`. */
  readonly source: string;
  /** What is wrong and what would do. */
  readonly message: string;
}

const lineOf = ({ path, source, message }: ConfigProblem): string =>
  path === "" ? `${source}: ${message}` : `${source}: ${path}: ${message}`;

/** The configuration cannot be used. Its message has a line for every problem there is. */
export class ConfigError extends GarrisonError<"invalid-config"> {
  /** At least one. */
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const [first, ...more] = problems.map(lineOf);
    const count = `the configuration has ${problems.length} problems`;
    super("invalid-config", more.length === 0 ? (first ?? count) : [count, first, ...more].join("\n  "));
    this.problems = problems;
  }
}
