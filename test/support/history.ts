/** One incarnation of an actor: `/path#incarnation`, with `node:` before it where there are several nodes. */
export type ActorId = string;

/** Which function of a behavior runs. `notice`: `receive` with a timer's or a termination's message. */
export type HandlerKind = "initial" | "receive" | "notice" | "stopped";

/** Who sent a message, and its number among those of this sender to this receiver. */
export interface Origin {
  readonly from: string;
  readonly sequence: number;
}

/** What can happen to actors, as seen from outside the kernel: by behaviors, by senders, by watchers. */
export type HistoryFact =
  | {
      readonly type: "spawn";
      readonly actor: ActorId;
      readonly parent?: ActorId | undefined;
      /** The budget that its parent gives it. */
      readonly restarts?: { readonly max: number; readonly withinMs: number } | undefined;
    }
  | { readonly type: "tell"; readonly to: ActorId; readonly origin: Origin }
  | {
      readonly type: "handler-begin";
      readonly actor: ActorId;
      /** Names this one call; its end carries the same. */
      readonly run: number;
      readonly handler: HandlerKind;
      /** Of the message, where it has one. */
      readonly origin?: Origin | undefined;
    }
  | {
      readonly type: "handler-end";
      readonly actor: ActorId;
      readonly run: number;
      readonly handler: HandlerKind;
      readonly failed: boolean;
    }
  /** The kernel reported that it gave up on the running handler of this actor. */
  | { readonly type: "abandoned"; readonly actor: ActorId }
  /** Somebody learned that this actor is gone. */
  | { readonly type: "stopped"; readonly actor: ActorId }
  /** `watch` names one call; a later call for the same target replaces it. */
  | { readonly type: "watch"; readonly watcher: ActorId; readonly target: ActorId; readonly watch: number }
  | { readonly type: "unwatch"; readonly watcher: ActorId; readonly target: ActorId }
  | { readonly type: "terminated"; readonly watcher: ActorId; readonly target: ActorId; readonly watch: number }
  /** What the kernel says it counted. */
  | {
      readonly type: "counters";
      readonly sent: number;
      readonly handled: number;
      readonly deadLetters: number;
      readonly dropped: number;
      readonly waiting: number;
    }
  /** Everything that could run has run: what was owed until now is overdue. */
  | { readonly type: "quiet" };

/** A fact and when it was noted, in milliseconds of the test's clock. Its place in the history is its order. */
export type HistoryEvent = HistoryFact & { readonly atMs: number };

export type History = readonly HistoryEvent[];

/** Collects a history. */
export class Recorder {
  readonly #events: HistoryEvent[] = [];
  readonly #nowMs: () => number;
  readonly #heard: (event: HistoryEvent) => void;
  #names = 0;

  /** @param heard told of each event as it is noted */
  constructor(nowMs: () => number, heard: (event: HistoryEvent) => void = () => undefined) {
    this.#nowMs = nowMs;
    this.#heard = heard;
  }

  /** A number that nothing else in this history has: for runs and watches. */
  name(): number {
    return (this.#names += 1);
  }

  get history(): History {
    return this.#events;
  }

  note(fact: HistoryFact): void {
    const event = { ...fact, atMs: this.#nowMs() };
    this.#events.push(event);
    this.#heard(event);
  }
}
