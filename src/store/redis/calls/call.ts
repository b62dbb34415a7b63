import type { ReplyReader } from "../reply-reader.ts";
import type { Lane } from "../script-runner.ts";
import type { FunctionFlag } from "../library.ts";

/** How one command or query travels: its program, its arguments behind those that every program has, its reply. */
export interface Call<Input, Output> {
  /** The file of its program, below `lua/`. */
  readonly file: string;
  readonly lane: Lane;
  /** As the server may treat this very call. */
  readonly flag: (input: Input) => FunctionFlag | undefined;
  readonly encode: (input: Input) => readonly string[];
  /** A command's reader stands behind the revision that it took: 0 if none. */
  readonly decode: (reply: ReplyReader, input: Input, revision: number) => Output;
}

export const plain = (): undefined => undefined;
/** As `grows` of the model says that it does not: it goes on when the memory is full. */
export const allowOom = (): "allow-oom" => "allow-oom";
export const noWrites = (): "no-writes" => "no-writes";

/** An argument that may be missing: empty text stands for that. */
export const optional = (value: string | number | undefined): string => (value === undefined ? "" : String(value));

/** The same for text that may be empty itself. */
export const marked = (text: string | undefined): string => (text === undefined ? "" : `+${text}`);
