import type { FileChoice } from "./choice.ts";

/** A block under `file`, compiled. */
export interface FilePlan {
  readonly choice: FileChoice;
  /** Of one file. */
  readonly maxBytes: number;
  readonly archives: boolean;
  readonly recursive: boolean;
  /** Each line is judged by itself; false: the file as a whole. */
  readonly byLine: boolean;
}
