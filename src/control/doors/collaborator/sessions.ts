import type { Clock } from "../../../base/clock.ts";
import type { Random } from "../../../base/random.ts";
import { correlationIdLength, isCorrelationId } from "../../../engines/scan/oob/index.ts";
import type { CollaboratorLimits } from "./limits.ts";
import { sameSecret } from "../../access/same-secret.ts";
import { createSeal, type Seal } from "./seal.ts";

/** A contact with one of a session's urls, as interactsh's protocol has it. */
export interface RecordedInteraction {
  readonly protocol: "http" | "dns";
  readonly "unique-id": string;
  readonly "full-id": string;
  readonly "q-type"?: string;
  readonly "raw-request": string;
  readonly "raw-response": string;
  readonly "remote-address": string;
  /** ISO 8601. */
  readonly timestamp: string;
}

/** What a poll is answered with. */
export interface SessionPoll {
  readonly data: readonly string[];
  readonly extra: null;
  readonly aes_key: string;
  /** Interactions since the last poll for which there was no room; not of the protocol, whose clients ignore it. */
  readonly dropped?: number;
}

interface Session {
  readonly secret: string;
  readonly seal: Seal;
  /** JSON, the oldest first. */
  readonly kept: string[];
  chars: number;
  dropped: number;
  usedMs: number;
}

/** Why a call is refused, in the words by which interactsh's clients tell cases apart. */
export type SessionProblem = { readonly error: string; readonly full?: true };

const notFound: SessionProblem = { error: "could not get interactions: could not get correlation-id from cache" };

/** The sessions of the collaborator's clients, and what was recorded for them until they ask. */
export class Sessions {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #limits: CollaboratorLimits;
  /** By correlation id, the longest unused first. */
  readonly #sessions = new Map<string, Session>();

  constructor(clock: Clock, random: Random, limits: CollaboratorLimits) {
    this.#clock = clock;
    this.#random = random;
    this.#limits = limits;
  }

  get count(): number {
    this.#dropIdle();
    return this.#sessions.size;
  }

  /** @param publicKey see `createSeal` */
  register(correlationId: string, secret: string, publicKey: string): SessionProblem | undefined {
    this.#dropIdle();
    const refused = (why: string): SessionProblem => ({ error: `could not set id and public key: ${why}` });
    if (!isCorrelationId(correlationId)) {
      return refused(`a correlation-id has ${correlationIdLength} lower-case letters and digits`);
    }
    if (secret.length < 8 || secret.length > 256) return refused("a secret-key has 8 to 256 characters");
    if (this.#sessions.has(correlationId)) return refused("correlation-id provided already exists");
    if (this.#sessions.size >= this.#limits.sessions) return { ...refused("too many sessions"), full: true };
    const seal = createSeal(publicKey, this.#random);
    if (seal === undefined) return refused("could not read public Key");
    const usedMs = this.#clock.monotonicMs();
    this.#sessions.set(correlationId, { secret, seal, kept: [], chars: 0, dropped: 0, usedMs });
    return undefined;
  }

  /** Hands over what was recorded, and keeps it no longer. */
  poll(correlationId: string, secret: string): SessionPoll | SessionProblem {
    const session = this.#find(correlationId);
    if (session === undefined) return notFound;
    if (!sameSecret(secret, session.secret)) {
      return { error: "could not get interactions: invalid secret key passed for user" };
    }
    this.#sessions.delete(correlationId);
    this.#sessions.set(correlationId, session);
    session.usedMs = this.#clock.monotonicMs();
    const { seal, dropped } = session;
    const data = session.kept.splice(0).map((text) => seal.seal(text));
    session.chars = 0;
    session.dropped = 0;
    return { data, extra: null, aes_key: seal.wrappedKey, ...(dropped > 0 ? { dropped } : {}) };
  }

  deregister(correlationId: string, secret: string): SessionProblem | undefined {
    const session = this.#find(correlationId);
    if (session === undefined) return { error: "could not remove id: could not get correlation-id from cache" };
    if (!sameSecret(secret, session.secret)) {
      return { error: "could not remove id: invalid secret key passed for deregister" };
    }
    this.#sessions.delete(correlationId);
    return undefined;
  }

  /** Whether an id, in lower case, is one of a session that there is. */
  knows(uniqueId: string): boolean {
    return this.#find(uniqueId.slice(0, correlationIdLength)) !== undefined;
  }

  /** Keeps an interaction for the session's next poll; what is too much pushes the oldest out. */
  record(interaction: RecordedInteraction): void {
    const session = this.#find(interaction["unique-id"].slice(0, correlationIdLength));
    if (session === undefined) return;
    const text = JSON.stringify(interaction);
    session.kept.push(text);
    session.chars += text.length;
    while (session.kept.length > this.#limits.interactions || session.chars > this.#limits.interactionChars) {
      session.chars -= session.kept.shift()?.length ?? session.chars;
      session.dropped += 1;
    }
  }

  /** An interaction was not recorded. */
  countDropped(uniqueId: string): void {
    const session = this.#find(uniqueId.slice(0, correlationIdLength));
    if (session !== undefined) session.dropped += 1;
  }

  #find(correlationId: string): Session | undefined {
    this.#dropIdle();
    return this.#sessions.get(correlationId);
  }

  #dropIdle(): void {
    const oldestMs = this.#clock.monotonicMs() - this.#limits.idleMs;
    for (const [id, { usedMs }] of this.#sessions) {
      if (usedMs >= oldestMs) return;
      this.#sessions.delete(id);
    }
  }
}
