/** What a command answers and after how long; null: it fails. `Infinity`: it never ends. */
export type Oracle = (text: string, target: string | null) => { readonly ms: number; readonly answer: string | null };

/** A command that was executed, in the order in which they began. */
export interface LiteralCommand {
  readonly text: string;
  readonly target: string | null;
  readonly atMs: number;
  state: "done" | "failed" | "aborted";
  /** Places of the commands that had to end before it began. */
  readonly past: readonly number[];
}
export interface LiteralRun {
  readonly commands: readonly LiteralCommand[];
  readonly variables: Readonly<Record<string, string | null>>;
  /** Names of the steps that failed without being handled: none, or that of the workflow and that of its exception step. */
  readonly failed: readonly string[];
  /** Two things happened at the same time: which one was first is not said. */
  readonly hadTie: boolean;
}
