import type { Payloads } from "../payloads/payloads.ts";
import type { TextPattern } from "../template/text.ts";
import type { QuestionClass, QuestionType } from "./message.ts";

/** A block under `dns`, compiled. */
export interface DnsPlan {
  readonly name: TextPattern;
  readonly type: QuestionType;
  readonly class: QuestionClass;
  readonly recursion: boolean;
  /** Questions at most. */
  readonly tries: number;
  /** Empty: the configured servers. */
  readonly resolvers: readonly TextPattern[];
  /** Steps of a trace; undefined: none is made. */
  readonly traceSteps: number | undefined;
  readonly payloads: Payloads | undefined;
  readonly threads: number | undefined;
}
