import type { TransportFailureCode } from "../transport/transport.ts";
import { linkRefusals, type LinkRefusal } from "./refusal.ts";

/** What the links of a node counted since it started. */
export interface LinkCounts {
  /** Connections of this node that reached the peer's welcome, and connections of others that got one. */
  readonly connected: number;
  readonly accepted: number;
  /** Handed to an outbox; sent again counts in `resent`, by whole batches. */
  readonly queued: number;
  readonly queuedBytes: number;
  readonly sentFrames: number;
  readonly sentBytes: number;
  readonly resent: number;
  readonly acknowledged: number;
  /** `tell` got false for it. */
  readonly full: number;
  readonly oversized: number;
  /** Left in the outbox when their peer ended. */
  readonly undelivered: number;
  readonly receivedFrames: number;
  readonly receivedBytes: number;
  /** Handed on, each once. */
  readonly received: number;
  /** Dropped, because they had been handled. */
  readonly duplicates: number;
  /** The node's handler threw: a defect. */
  readonly handlerFailures: number;
  readonly probes: number;
  /** By this node, of what others sent. */
  readonly refusedByUs: Readonly<Record<LinkRefusal, number>>;
  /** By others, of what this node sent. */
  readonly refusedByPeers: Readonly<Record<LinkRefusal, number>>;
  readonly failures: Readonly<Record<TransportFailureCode, number>>;
}

type Mutable<Counts> = { -readonly [Name in keyof Counts]: Counts[Name] };

/** The counters behind `LinkCounts`. */
export type LinkCounters = Mutable<Omit<LinkCounts, "refusedByUs" | "refusedByPeers" | "failures">> & {
  readonly refusedByUs: Record<LinkRefusal, number>;
  readonly refusedByPeers: Record<LinkRefusal, number>;
  readonly failures: Record<TransportFailureCode, number>;
};

const perRefusal = (): Record<LinkRefusal, number> =>
  Object.fromEntries(linkRefusals.map((reason) => [reason, 0])) as Record<LinkRefusal, number>;

/** All of them at 0. */
export const linkCounters = (): LinkCounters => ({
  connected: 0,
  accepted: 0,
  queued: 0,
  queuedBytes: 0,
  sentFrames: 0,
  sentBytes: 0,
  resent: 0,
  acknowledged: 0,
  full: 0,
  oversized: 0,
  undelivered: 0,
  receivedFrames: 0,
  receivedBytes: 0,
  received: 0,
  duplicates: 0,
  handlerFailures: 0,
  probes: 0,
  refusedByUs: perRefusal(),
  refusedByPeers: perRefusal(),
  failures: { unreachable: 0, unauthenticated: 0, certificate: 0, oversized: 0, lost: 0, closed: 0 },
});

export const snapshotOf = (counters: LinkCounters): LinkCounts => ({
  ...counters,
  refusedByUs: { ...counters.refusedByUs },
  refusedByPeers: { ...counters.refusedByPeers },
  failures: { ...counters.failures },
});
