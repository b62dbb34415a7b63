import type { HttpFailureKind } from "../../../../../src/engines/scan/index.ts";
import type { Site } from "../../../../unit/engines/scan/key-cases/sites.ts";

/** A template as people write it, a site that has what it looks for, and one that comes close. */
export interface CorpusCase {
  readonly name: string;
  /** Its text; see `templateText`. */
  readonly template: string;
  readonly positive: Site;
  /** What is found there: for each finding its name, else `k`, then `=` and what was extracted. `["k"]` when absent. */
  readonly found?: readonly string[];
  readonly nearMiss: Site;
  /** Kinds of the errors that the near miss makes; none when absent. */
  readonly nearMissErrors?: readonly HttpFailureKind[];
  /** Other files in the template's folder, by their paths. */
  readonly files?: Readonly<Record<string, string>>;
  /** Values that a person gives for placeholders. */
  readonly variables?: Readonly<Record<string, string>>;
}
