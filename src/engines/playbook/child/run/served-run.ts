import type { StepResult } from "../../journal.ts";
import type { Conclusion } from "./journaled-run.ts";

/** An execution of a playbook, of whichever kind it is, as its process serves it to the node. */
export interface ServedRun {
  /** What it says last. Every step has ended then, and how is kept, unless it waits. Never rejects. */
  execute(): Promise<Conclusion>;
  /** The node has kept the starts up to this one. */
  startsKept(upTo: number): void;
  /** The node has kept these ends. */
  endsKept(ns: readonly number[]): void;
  /** How a step by the node or a person ended. */
  settled(n: number, result: StepResult): void;
  /** Aborts the signals of the run and of its actions. */
  cancel(): void;
  /** Something that nobody caught: the run fails. */
  uncaught(thrown: unknown): void;
}
