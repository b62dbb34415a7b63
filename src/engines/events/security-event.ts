import type { Json } from "../../base/json.ts";

/** What a device reported: any JSON object, its fields as the device names them. */
export type EventData = Readonly<Record<string, Json | undefined>>;

/** Where an event comes from, in Sigma's terms. Each part that is there is in lower case. */
export interface Logsource {
  readonly category?: string;
  readonly product?: string;
  readonly service?: string;
}

/** The kinds that every installation knows (SOAR-3). Any other name is a kind too. */
export const knownKinds = ["network-attack", "virus-intrusion", "ransomware", "mining"] as const;

/** How something came about that this system itself did: so that answers to events which lead to events come to an end. */
export interface Cause {
  /**
   * The events that led to it, the first one first, at most 16, each with the playbook that answered it: `SOURCE/ID PLAYBOOK`, and where the
   * event is about a subject of this system a hash of that after another space.
   */
  readonly chain: readonly string[];
}

/** One security event as it was accepted, validated and bounded (see `eventBounds`). */
export interface SecurityEvent {
  /** Made by the client, unique for its source: the same id again is the same event. */
  readonly id: string;
  /** Who reports. Through a door that knows its callers, their name. */
  readonly source: string;
  /** One of `knownKinds`, or any other name. */
  readonly kind: string;
  readonly logsource?: Logsource;
  /** When it happened, milliseconds since 1970, as the device says. */
  readonly occurredAtMs?: number;
  readonly data: EventData;
  /** Of an event of this system that an answer to another one led to. Nobody else can say it. */
  readonly cause?: Cause;
}

/** The source of events that this system itself raises: no device may report as it. */
export const ownSource = "garrison";

/** Names an event in all calls. */
export const keyOf = ({ source, id }: Pick<SecurityEvent, "source" | "id">): string => `${source}/${id}`;

/** What an event may be. Beyond it is refused, with the place and the bound. */
export const eventBounds = {
  /** The whole event, as UTF-8 JSON. */
  bytes: 64 * 1024,
  /** Objects and arrays inside each other. */
  depth: 32,
  /** Values in it, over all levels. */
  values: 5_000,
  /** Events of one call. */
  batch: 500,
} as const;

export const eventIdShape = /^[\x21-\x7e]{1,120}$/;
export const sourceShape = /^[a-z0-9][a-z0-9.-]{0,62}$/;
export const kindShape = /^[a-z0-9][a-z0-9.-]{0,62}$/;
