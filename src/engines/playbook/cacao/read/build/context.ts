import type { Findings } from "../findings.ts";
import type { Texts } from "../texts.ts";

/** What every part of a file is read with. */
export interface Reading {
  readonly findings: Findings;
  readonly texts: Texts;
}
