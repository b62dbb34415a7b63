import type { HttpFailureKind } from "../../../src/engines/scan/index.ts";
import type { Site } from "../../unit/engines/scan/key-cases/sites.ts";

/** A run of one public template against a server on loopback, and what nuclei's rules make of it. */
export interface EngineCase {
  /** Below `engine-cases`. */
  readonly file: string;
  readonly name: string;
  readonly site: Site;
  /** Number of results, from reading the template. */
  readonly results: number;
  /** What the server is asked, in order. */
  readonly asked: readonly string[];
  /** What it is asked has no order. */
  readonly unordered?: boolean;
  /** Extracted values of all results, sorted, where the template extracts some. */
  readonly found?: readonly string[];
  /** Kinds of the errors of the run; none when absent. */
  readonly errors?: readonly HttpFailureKind[];
  /** Values that a person gives for placeholders. */
  readonly variables?: Readonly<Record<string, string>>;
}
