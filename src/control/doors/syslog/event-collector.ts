import type { Clock } from "../../../base/clock.ts";
import { GarrisonError } from "../../../base/errors.ts";
import { pause } from "../../../base/pause.ts";
import { eventBounds, type SecurityEvent } from "../../../engines/events/index.ts";
import type { Logger } from "../../../kernel/index.ts";
import { acceptWithin } from "../intake/accept-within.ts";
import type { EventSink } from "../intake/event-sink.ts";
import type { EventOutcome, EventStatistics, Transport } from "../intake/event-statistics.ts";
import type { SyslogLimits } from "./limits.ts";

/** An event that waits to be stored. */
export interface CollectedEvent {
  readonly event: SecurityEvent;
  readonly transport: Transport;
  /** Of the message that it was. */
  readonly bytes: number;
}

export interface EventCollectorSetup {
  readonly sink: EventSink;
  readonly statistics: EventStatistics;
  readonly limits: Pick<SyslogLimits, "pending" | "pendingBytes" | "gatherMs" | "graceMs">;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Messages of one call, unless one is more: a store takes 6 Mi characters, and JSON may make six of one. */
const callBytes = 768 * 1024;
const retryMs = { least: 10, usual: 500, most: 5_000 } as const;

/**
 * Stores events that nobody waits for, many in one call: what came within `gatherMs`, or 500, or 768 KiB. A call that fails is made again until it
 * succeeds, with the same ids.
 */
export class EventCollector {
  readonly #setup: EventCollectorSetup;
  readonly #pending: CollectedEvent[] = [];
  readonly #waiters: (() => void)[] = [];
  readonly #givenUp = new AbortController();
  #bytes = 0;
  #running: Promise<void> | undefined;
  #isClosing = false;
  #gathered: () => void = () => undefined;
  #isFailing = false;

  constructor(setup: EventCollectorSetup) {
    this.#setup = setup;
  }

  get hasRoom(): boolean {
    const { pending, pendingBytes } = this.#setup.limits;
    return this.#pending.length < pending && this.#bytes < pendingBytes;
  }

  /** Resolves when there is room, or never will be since it has closed. */
  async room(): Promise<void> {
    while (!this.hasRoom && !this.#givenUp.signal.aborted) {
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }

  /** Whoever calls it has looked whether there is room. */
  add(collected: CollectedEvent): void {
    this.#pending.push(collected);
    this.#bytes += collected.bytes;
    if (this.#isReady) this.#gathered();
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
  }

  /**
   * Stores what waits, within `graceMs`; what is left then, or comes later, is counted as not stored.
   *
   * @param last resolves when nothing is added any more
   */
  async close(last: Promise<unknown>): Promise<void> {
    const { clock, limits } = this.#setup;
    this.#isClosing = true;
    this.#gathered();
    const ended = new AbortController();
    void last.then(() => this.#running).finally(() => ended.abort());
    await pause(clock, limits.graceMs, ended.signal);
    this.#givenUp.abort();
    this.#wake();
  }

  /** Nothing is won by waiting for more. */
  get #isReady(): boolean {
    return this.#isClosing || this.#pending.length >= eventBounds.batch || !this.hasRoom;
  }

  async #run(): Promise<void> {
    while (this.#pending.length > 0) {
      if (!this.#isReady) await this.#gather();
      const batch = this.#pending.splice(0, this.#callLength());
      await this.#store(batch);
      this.#bytes -= batch.reduce((sum, { bytes }) => sum + bytes, 0);
      this.#wake();
    }
  }

  /** How many go with the next call. */
  #callLength(): number {
    let bytes = 0;
    const past = this.#pending.findIndex((next) => (bytes += next.bytes) > callBytes);
    return Math.min(eventBounds.batch, past === -1 ? this.#pending.length : Math.max(1, past));
  }

  #gather(): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#setup.clock.after(this.#setup.limits.gatherMs, resolve);
      this.#gathered = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  async #store(batch: readonly CollectedEvent[]): Promise<void> {
    const { signal } = this.#givenUp;
    while (!signal.aborted) {
      try {
        await acceptWithin(
          this.#setup.sink,
          batch.map(({ event }) => event),
          this.#setup.clock,
        );
        this.#isFailing = false;
        return this.#count(batch, "stored");
      } catch (error) {
        if (!(error instanceof GarrisonError && error.retryable)) return this.#refused(batch, error);
        this.#tellFailing(error);
        const askedMs = Number(error.ids["retryInMs"] ?? retryMs.usual);
        await pause(this.#setup.clock, Math.min(Math.max(askedMs, retryMs.least), retryMs.most), signal);
      }
    }
    this.#count(batch, "not-stored");
  }

  /** One event that cannot be stored keeps none of the others out. */
  async #refused(batch: readonly CollectedEvent[], error: unknown): Promise<void> {
    if (batch.length > 1) {
      for (const one of batch) await this.#store([one]);
      return;
    }
    this.#setup.log.error({ err: error }, "an event that came by syslog could not be stored");
    this.#count(batch, "not-stored");
  }

  #tellFailing(error: unknown): void {
    if (!this.#isFailing) this.#setup.log.warn({ err: error }, "events that came by syslog wait for the store");
    this.#isFailing = true;
  }

  #count(batch: readonly CollectedEvent[], outcome: EventOutcome): void {
    for (const { transport } of batch) this.#setup.statistics.count(transport, outcome);
  }

  #wake(): void {
    for (const wake of this.#waiters.splice(0)) wake();
  }
}
