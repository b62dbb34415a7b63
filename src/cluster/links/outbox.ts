import {
  BatchWriter,
  decodeSenderFrame,
  eachEnvelope,
  mostEnvelopesPerBatch,
  setHeldMs,
  type ByteReader,
  type ByteWriter,
} from "../../wire/index.ts";
import { batchBytes, batchSpanMs, type LinkBounds } from "./bounds.ts";
import type { LinkCounters } from "./link-counters.ts";
import type { OutboxBudget } from "./outbox-budget.ts";

/** A closed batch. */
interface Batch {
  readonly frame: Buffer;
  readonly count: number;
  /** The sequence of its last envelope. */
  readonly last: number;
  /** What its envelopes take from the bounds. */
  readonly bytes: number;
  readonly sinceMs: number;
}

/** Places of batches that have left are cut off when they are so many, and most of the list. */
const mostGone = 1_024;

/**
 * What was sent to one incarnation of a peer and is not acknowledged, or is not sent yet, in order. An envelope is encoded into the open
 * batch when it is appended; a batch is closed when it is sent, is full, or gets old.
 */
export class Outbox {
  readonly #bounds: LinkBounds;
  readonly #budget: OutboxBudget;
  readonly #counters: LinkCounters;
  readonly #writer = new BatchWriter(2 * batchBytes);
  #batches: (Batch | undefined)[] = [];
  /** Where the batches begin that are held, and those among them that this connection has not sent. */
  #head = 0;
  #unsent = 0;
  #envelopes = 0;
  #bytes = 0;
  #inFlightBytes = 0;
  /** Of the open batch. */
  #openBytes = 0;
  #openSinceMs = 0;
  #nextSequence = 1;
  #acknowledged = 0;
  #highestSent = 0;

  constructor(bounds: LinkBounds, budget: OutboxBudget, counters: LinkCounters) {
    this.#bounds = bounds;
    this.#budget = budget;
    this.#counters = counters;
  }

  get envelopes(): number {
    return this.#envelopes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Bytes of frames that this connection has sent, and that are not acknowledged. */
  get inFlightBytes(): number {
    return this.#inFlightBytes;
  }

  /** The first envelope that is not acknowledged; the one to come, if all are. */
  get firstHeld(): number {
    return this.#acknowledged + 1;
  }

  get hasUnsent(): boolean {
    return this.#unsent < this.#batches.length || this.#writer.count > 0;
  }

  /** To be told once before the envelopes of each turn of the event loop. */
  turn(nowMs: number): void {
    if (this.#writer.count === 0) this.#openSinceMs = nowMs;
    else if (nowMs - this.#openSinceMs > batchSpanMs) {
      this.#closeBatch();
      this.#openSinceMs = nowMs;
    }
  }

  /** Rethrows what `write` throws; nothing is appended then. */
  append<Value>(write: (writer: ByteWriter, value: Value) => void, value: Value): "queued" | "full" | "oversized" {
    if (this.#envelopes >= this.#bounds.outboxEnvelopes) return this.#refuse("full");
    const writer = this.#writer;
    if (writer.count === 0) writer.begin(this.#nextSequence);
    const bytes = writer.add(write, value);
    if (bytes === undefined) return this.#refuse("oversized");
    if (this.#bytes + bytes > this.#bounds.outboxBytes || !this.#budget.take(bytes, this.#bytes)) {
      writer.undo(bytes);
      return this.#refuse("full");
    }
    this.#nextSequence += 1;
    this.#envelopes += 1;
    this.#bytes += bytes;
    this.#openBytes += bytes;
    this.#counters.queued += 1;
    this.#counters.queuedBytes += bytes;
    if (writer.length >= batchBytes || writer.count === mostEnvelopesPerBatch) this.#closeBatch();
    return "queued";
  }

  /**
   * The frame to be sent now, which counts as sent; `undefined`: there is none, or it does not fit into the window. One frame may always
   * be under way, however small the window is.
   */
  next(windowBytes: number, nowMs: number): Buffer | undefined {
    if (this.#inFlightBytes > 0 && this.#inFlightBytes >= windowBytes) return undefined;
    if (this.#unsent === this.#batches.length) this.#closeBatch();
    const batch = this.#batches[this.#unsent];
    if (batch === undefined) return undefined;
    if (this.#inFlightBytes > 0 && this.#inFlightBytes + batch.frame.length > windowBytes) return undefined;
    this.#unsent += 1;
    this.#inFlightBytes += batch.frame.length;
    if (batch.last <= this.#highestSent) this.#counters.resent += batch.count;
    else this.#highestSent = batch.last;
    this.#counters.sentFrames += 1;
    this.#counters.sentBytes += batch.frame.length;
    setHeldMs(batch.frame, Math.max(0, Math.floor(nowMs - batch.sinceMs)));
    return batch.frame;
  }

  /** A new connection goes on behind `handled`. False: the peer cannot have handled that. */
  rewind(handled: number): boolean {
    this.#unsent = this.#head;
    this.#inFlightBytes = 0;
    return this.acknowledge(handled);
  }

  /** The peer has handled everything up to this one. False: it cannot have, or had handled more before. */
  acknowledge(handled: number): boolean {
    if (handled < this.#acknowledged || handled > this.#highestSent) return false;
    this.#counters.acknowledged += handled - this.#acknowledged;
    this.#acknowledged = handled;
    for (let batch = this.#batches[this.#head]; batch !== undefined && batch.last <= handled;) {
      this.#leave(batch);
      batch = this.#batches[this.#head];
    }
    if (this.#head >= mostGone && this.#head * 2 >= this.#batches.length) {
      this.#batches.splice(0, this.#head);
      this.#unsent -= this.#head;
      this.#head = 0;
    }
    return true;
  }

  /** Hands over what was not acknowledged, and gives the room back. Nothing may be appended afterwards. */
  empty(reader: ByteReader, envelope: ByteReader, each: (envelope: ByteReader) => void): void {
    this.#closeBatch();
    const acknowledged = this.#acknowledged;
    for (let batch = this.#batches[this.#head]; batch !== undefined; batch = this.#batches[this.#head]) {
      this.#leave(batch);
      const frame = decodeSenderFrame(batch.frame, reader);
      if (frame.type !== "batch") continue;
      eachEnvelope(frame.batch, reader, envelope, (sequence) => {
        if (sequence > acknowledged) each(envelope);
        return true;
      });
    }
  }

  /** The first batch that is held is held no longer. */
  #leave(batch: Batch): void {
    this.#batches[this.#head] = undefined;
    if (this.#head < this.#unsent) this.#inFlightBytes -= batch.frame.length;
    this.#head += 1;
    this.#unsent = Math.max(this.#unsent, this.#head);
    this.#envelopes -= batch.count;
    this.#bytes -= batch.bytes;
    this.#budget.give(batch.bytes);
  }

  #refuse(why: "full" | "oversized"): "full" | "oversized" {
    this.#counters[why] += 1;
    return why;
  }

  #closeBatch(): void {
    const { count } = this.#writer;
    if (count === 0) return;
    this.#batches.push({
      frame: this.#writer.end(),
      count,
      last: this.#nextSequence - 1,
      bytes: this.#openBytes,
      sinceMs: this.#openSinceMs,
    });
    this.#openBytes = 0;
  }
}
