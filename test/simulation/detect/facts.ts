import type { VerdictView } from "../../../src/actors/detect/index.ts";
import type { World } from "../world.ts";

/** What happened around the actors of detection, and is in no store. */
export type DetectFact =
  /** A detector said something to a relay. */
  | {
      readonly type: "said";
      readonly host: string;
      /** Incarnation of the relay. */
      readonly relay: string;
      readonly detector: string;
      readonly taskId: string;
      readonly kind: string;
      readonly nth: number;
      /** What it found: each time another name. */
      readonly name: string;
    }
  /** A requester was told a verdict, whether or not the one who told it heard that. */
  | { readonly type: "told"; readonly url: string; readonly id: string; readonly verdict: VerdictView }
  | FileFact
  /** A relay asks for the bytes of an object; from when it does not want them any more they are `unwanted`. */
  | {
      readonly type: "download" | "unwanted";
      readonly host: string;
      readonly relay: string;
      readonly sha256: string;
      /** Names this download. */
      readonly id: number;
    };

/** A relay has begun to keep objects (`cleared`), has all bytes of one, or keeps them no longer. */
export interface FileFact {
  readonly type: "cleared" | "kept" | "removed";
  readonly host: string;
  readonly relay: string;
  /** Of the file; empty: of all. */
  readonly path: string;
}

export type TimedDetectFact = DetectFact & { readonly atMs: number };

/** Remembers these facts in order. */
export class DetectFacts {
  readonly all: TimedDetectFact[] = [];
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  note(fact: DetectFact): void {
    const noted = { ...fact, atMs: this.#world.clock.monotonicMs() };
    this.all.push(noted);
    this.#world.tell("detection", noted);
  }
}
