import type { World } from "../world.ts";

/** One direction between two incarnations of nodes. */
export interface Way {
  readonly sender: string;
  readonly receiver: string;
}

/** What can happen to messages, asks and watches between nodes. Nodes are `id.incarnation`; actors are `node:/path#incarnation`. */
export type TalkFact =
  | {
      readonly type: "sent";
      readonly id: number;
      readonly from: string;
      readonly sequence: number;
      /** The receiver is the one that the sender's node took for the live one; empty: it knew none. */
      readonly way: Way;
      /** Whom it is for, if that is one actor and not whoever is at a path. */
      readonly to: string | undefined;
      /** When whoever asked gives up; `undefined`: it was told. */
      readonly deadlineMs: number | undefined;
      /** The link took it. */
      readonly taken: boolean;
    }
  /** The receiver let a connection of the sender in. */
  | { readonly type: "welcomed"; readonly way: Way; readonly epoch: number }
  /** The sender's node made it a dead letter at once. */
  | { readonly type: "unsent"; readonly id: number }
  | { readonly type: "arrived"; readonly id: number; readonly node: string; readonly from: string }
  /** It came, and the receiver's node made it a dead letter. */
  | { readonly type: "refused"; readonly id: number; readonly node: string }
  | {
      readonly type: "handled";
      readonly id: number;
      readonly from: string;
      readonly sequence: number;
      readonly actor: string;
    }
  /** It was not acknowledged when its receiver ended, or its sender closed its links. `letters`: dead letters that were made of it. */
  | { readonly type: "undelivered"; readonly id: number; readonly letters: number }
  /** For `node`, `peer` has ended. */
  | { readonly type: "peer-ended"; readonly node: string; readonly peer: string }
  | {
      readonly type: "ask-ended";
      readonly id: number;
      /** `answered`, or the code of the failure. */
      readonly how: string;
      /** The question that the answer says it is for. */
      readonly answers: number | undefined;
    }
  | { readonly type: "watch"; readonly watch: number; readonly watcher: string; readonly target: string }
  | { readonly type: "unwatch"; readonly watch: number }
  | {
      readonly type: "terminated";
      readonly watch: number;
      readonly watcher: string;
      readonly target: string;
      /** The target has not stopped, and its node is a live member. */
      readonly runs: boolean;
    }
  /** Another node said that the actor has stopped. */
  | { readonly type: "stop-ended"; readonly by: string; readonly target: string; readonly runs: boolean }
  /** A life of an actor begins: what it watched before is forgotten. */
  | { readonly type: "life"; readonly actor: string }
  | { readonly type: "node-ended"; readonly node: string; readonly crashed: boolean }
  /** Everything that could happen has happened: with these live actors. */
  | { readonly type: "quiet"; readonly nodes: readonly string[]; readonly actors: readonly string[] };

export type TalkEvent = TalkFact & {
  readonly atMs: number;
  /** Of the scheduler: what is of one step happened in one turn of the event loop. */
  readonly step: number;
};

/** Everything that nodes had to do with each other, in the order in which it happened. */
export class TalkHistory {
  readonly events: TalkEvent[] = [];
  readonly #world: World;
  readonly #sequences = new Map<string, number>();
  #ids = 0;

  constructor(world: World) {
    this.#world = world;
  }

  note(fact: TalkFact): void {
    const event = { ...fact, atMs: this.#world.clock.monotonicMs(), step: this.#world.steps };
    this.events.push(event);
    this.#world.tell("talk", event);
  }

  /** A number for a message or a watch. */
  nextId(): number {
    return (this.#ids += 1);
  }

  /** The next number of a sender, over all its lives. */
  nextSequence(from: string): number {
    const next = (this.#sequences.get(from) ?? 0) + 1;
    this.#sequences.set(from, next);
    return next;
  }
}
