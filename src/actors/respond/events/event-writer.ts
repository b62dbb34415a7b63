import type { Clock } from "../../../base/clock.ts";
import { asError } from "../../../base/errors.ts";
import { eventBounds, type SecurityEvent } from "../../../engines/events/index.ts";
import type { Change, Space } from "../../../store/index.ts";
import { RespondError } from "../errors.ts";
import type { RespondHints } from "../hints.ts";
import { eventTimeKey } from "../records/keys.ts";
import { checkKey, eventQueue, keyOf, type EventWork } from "../work.ts";
import { EventGate } from "./event-gate.ts";

/** What became of the events of one call, in their order. `known`: it was accepted before, and nothing changed. */
export interface Accepted {
  readonly results: readonly { readonly key: string; readonly status: "accepted" | "known" }[];
}

export interface EventWriterSetup {
  readonly space: Space;
  readonly clock: Clock;
  /** Events that may wait; more are refused. */
  readonly mostWaiting: number;
  /** How long an event can be listed after it was accepted. */
  readonly retainMs: number;
  /** The same that the actors of this node were given. */
  readonly hints: RespondHints;
}

interface Call {
  readonly events: readonly SecurityEvent[];
  readonly trace: string | undefined;
  /** Of its JSON. */
  readonly chars: number;
  readonly resolve: (accepted: Accepted) => void;
  readonly reject: (error: Error) => void;
}

/** What one commit takes, if a call alone is not more. Two changes an event. */
const eventsPerCommit = 450;
const charsPerCommit = 2 * 1024 * 1024;
const charsPerCall = 6 * 1024 * 1024;
/** Calls that wait to be stored, and characters in them. */
const mostCalls = 10_000;
const mostChars = 64 * 1024 * 1024;

/** Stores events: one commit at a time, with everything that came during the one before. */
export class EventWriter {
  readonly #setup: EventWriterSetup;
  readonly #gate: EventGate;
  readonly #calls: Call[] = [];
  /** Calls that are not stored yet, wherever they wait. */
  #openCalls = 0;
  #openChars = 0;
  #writing = false;

  constructor(setup: EventWriterSetup) {
    this.#setup = setup;
    this.#gate = new EventGate(setup.space.queue, setup.mostWaiting, setup.clock);
  }

  async accept(events: readonly SecurityEvent[], trace: string | undefined): Promise<Accepted> {
    if (events.length === 0) return { results: [] };
    if (events.length > eventBounds.batch) {
      throw new RespondError("invalid", `${events.length} events: report at most ${eventBounds.batch} in one call`);
    }
    for (const event of events) checkKey(keyOf(event));
    const chars = events.reduce((sum, event) => sum + JSON.stringify(event).length, 0);
    if (chars > charsPerCall) {
      throw new RespondError("invalid", `${chars} characters of events: report at most ${charsPerCall} in one call`);
    }
    if (this.#openCalls >= mostCalls || this.#openChars + chars > mostChars) throw tooMuchWaits(this.#openCalls);
    this.#openCalls += 1;
    this.#openChars += chars;
    try {
      await this.#gate.pass(events.length);
      return await new Promise((resolve, reject) => {
        this.#calls.push({ events, trace, chars, resolve, reject });
        if (!this.#writing) void this.#write();
      });
    } finally {
      this.#openCalls -= 1;
      this.#openChars -= chars;
    }
  }

  async #write(): Promise<void> {
    this.#writing = true;
    // Calls of the same turn go together.
    await Promise.resolve();
    for (let calls = this.#take(); calls.length > 0; calls = this.#take()) {
      try {
        await this.#store(calls);
      } catch (error) {
        for (const { reject } of calls) reject(asError(error));
      }
    }
    this.#writing = false;
  }

  /** The calls of the next commit, in the order in which they came. */
  #take(): readonly Call[] {
    let events = 0;
    let chars = 0;
    const cut = this.#calls.findIndex((call) => {
      const first = events === 0;
      events += call.events.length;
      chars += call.chars;
      return !first && (events > eventsPerCommit || chars > charsPerCommit);
    });
    return this.#calls.splice(0, cut === -1 ? this.#calls.length : cut);
  }

  async #store(calls: readonly Call[]): Promise<void> {
    const { space, clock, retainMs, hints } = this.#setup;
    const receivedAtMs = clock.wallMs();
    const changes = new Map<string, readonly Change[]>();
    for (const { events, trace } of calls) {
      for (const event of events) {
        const id = keyOf(event);
        if (changes.has(id)) continue;
        const body: EventWork = { event, receivedAtMs, ...(trace === undefined ? {} : { trace }) };
        changes.set(id, [
          { type: "add", queue: eventQueue, item: { id, body } },
          { type: "put", key: eventTimeKey(receivedAtMs, id), value: id, expiresInMs: retainMs },
        ]);
      }
    }
    const known = new Set((await space.commit(undefined, [...changes.values()].flat())).duplicates);
    hints.tell({ type: "events" });
    for (const { events, resolve } of calls) {
      resolve({
        results: events.map((event) => {
          const key = keyOf(event);
          const status = known.has(key) ? "known" : "accepted";
          // In this very commit the first one of a key is accepted.
          known.add(key);
          return { key, status };
        }),
      });
    }
  }
}

const tooMuchWaits = (calls: number): RespondError =>
  new RespondError("queue-full", `${calls} calls wait to be stored: report this again in 1000 ms`, {
    retryable: true,
    ids: { waiting: calls, retryInMs: 1_000 },
  });
