import { closeSync, openSync, writeSync } from "node:fs";
import { systemClock } from "../../../src/base/clock.ts";
import type { LinkCounts, RemoteCounts } from "../../../src/cluster/index.ts";

/** What one life of a node writes down, each before it happens or at once after it: a kill must not make it forget. */
export type TalkFact =
  | { readonly t: "life"; readonly life: string }
  | { readonly t: "tell"; readonly from: string; readonly to: string; readonly n: number }
  /** The `tell` before it got false. */
  | { readonly t: "not-taken"; readonly from: string; readonly to: string; readonly n: number }
  | { readonly t: "handled"; readonly by: string; readonly from: string; readonly n: number }
  | { readonly t: "asked"; readonly n: number }
  | { readonly t: "answered"; readonly n: number; readonly answer: number }
  | { readonly t: "failed"; readonly n: number; readonly code: string }
  | { readonly t: "watch"; readonly watcher: string; readonly target: string; readonly watch: number }
  | { readonly t: "unwatch"; readonly watcher: string; readonly target: string }
  | { readonly t: "terminated"; readonly watcher: string; readonly target: string; readonly watch: number }
  | { readonly t: "stopped"; readonly actor: string }
  | { readonly t: "stop-asked"; readonly outcome: string }
  | { readonly t: "counts"; readonly counts: TalkCounts }
  /** Nothing is begun any more, and what was begun has had the time to arrive. */
  | { readonly t: "settled" };

/** Totals of one life. */
export interface TalkCounts {
  readonly links: LinkCounts;
  readonly remote: RemoteCounts;
  readonly deadLetters: Readonly<Record<string, number>>;
  /** The most that any link of the node held, and all together. */
  readonly mostEnvelopes: number;
  readonly mostBytes: number;
  readonly mostAllBytes: number;
}

export type TalkEvent = TalkFact & { readonly atMs: number };

export class TalkLog {
  readonly #file: number;

  constructor(path: string) {
    this.#file = openSync(path, "a");
  }

  note(fact: TalkFact): void {
    writeSync(this.#file, `${JSON.stringify({ ...fact, atMs: systemClock.monotonicMs() })}\n`);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** The last line may have been cut short by a kill: it is left out. */
export const readTalk = (text: string): readonly TalkEvent[] =>
  text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as TalkEvent);
