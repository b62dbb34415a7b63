import type { TemplateLimits } from "./template.ts";

/** What the compiler of a block knows beside the block's own section. */
export interface BlockContext {
  readonly limits: TemplateLimits;
  /** The template says that it brings its own targets. */
  readonly selfContained: boolean;
  /**
   * A file that the template names, such as a list of payloads; remembered as part of the template. Its path is
   * relative to the template or to the folder of templates, and never leads out of it.
   *
   * @returns the bytes, or why there are none, in words for a person
   */
  readFile(path: string): Uint8Array | string;
}
