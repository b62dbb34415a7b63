import type { DetectorAnswer } from "../../../../engines/malware/index.ts";
import type { GiveBackReason, TaskClaim, TaskSummary } from "../../centre-port.ts";
import type { HeldClaim } from "./held-claim.ts";

interface Entry {
  readonly answers: TaskSummary["answers"];
  readonly givenBack: TaskSummary["givenBack"];
  readonly claims: readonly HeldClaim[];
}

const nothing: Entry = { answers: [], givenBack: [], claims: [] };

const mostAtOnce = 64;
const mostMessageChars = 500;

/** Summaries on their way to the centre: one for each task, in the order of their tasks. One message is under way at a time. */
export class Outbox {
  readonly #waiting = new Map<string, Entry>();
  /** Those of the message under way. */
  readonly #sent = new Map<string, Entry>();
  /** Lowered while the centre refuses something of a message, to find out what. */
  #atOnce = mostAtOnce;

  /** Claims that are not reported. */
  *claims(): Generator<HeldClaim> {
    for (const { claims } of this.#sent.values()) yield* claims;
    for (const { claims } of this.#waiting.values()) yield* claims;
  }

  get waiting(): boolean {
    return this.#waiting.size > 0;
  }

  get sending(): boolean {
    return this.#sent.size > 0;
  }

  answer(held: HeldClaim, answer: DetectorAnswer): void {
    this.#add(held.claim.taskId, { ...nothing, answers: [{ claim: held.claim, answer }], claims: [held] });
  }

  giveBack(held: HeldClaim, reason: GiveBackReason, delayMs: number, message: string): void {
    const givenBack = [{ claim: held.claim, reason, delayMs, message: message.slice(0, mostMessageChars) }];
    this.#add(held.claim.taskId, { ...nothing, givenBack, claims: [held] });
  }

  /** The next message. */
  begin(): readonly TaskSummary[] {
    for (const [taskId, entry] of this.#waiting) {
      if (this.#sent.size === this.#atOnce) break;
      this.#waiting.delete(taskId);
      this.#sent.set(taskId, entry);
    }
    return [...this.#sent].map(([taskId, { answers, givenBack }]) => ({ taskId, answers, givenBack }));
  }

  /** The message has arrived. */
  done(): void {
    this.#sent.clear();
    this.#atOnce = mostAtOnce;
  }

  /** The message has not arrived, as far as is known. */
  failed(): void {
    for (const [taskId, entry] of this.#sent) this.#add(taskId, entry);
    this.#sent.clear();
  }

  /**
   * The centre will never take the message. Its summaries go one by one from now on; one alone is dropped.
   * @returns the claims of what was dropped
   */
  refused(): readonly TaskClaim[] {
    const [alone] = this.#sent.size === 1 ? this.#sent.values() : [];
    if (alone !== undefined) this.#sent.clear();
    this.failed();
    this.#atOnce = alone === undefined ? 1 : mostAtOnce;
    return alone?.claims.map(({ claim }) => claim) ?? [];
  }

  /** Drops what holds no claim any more: others do its work. @returns the claims of what was dropped */
  dropLapsed(nowMs: number): readonly TaskClaim[] {
    const lapsed = [...this.#waiting].filter(([, { claims }]) => claims.every(({ endsAtMs }) => endsAtMs <= nowMs));
    for (const [taskId] of lapsed) this.#waiting.delete(taskId);
    return lapsed.flatMap(([, { claims }]) => claims.map(({ claim }) => claim));
  }

  #add(taskId: string, more: Entry): void {
    const entry = this.#waiting.get(taskId) ?? nothing;
    this.#waiting.set(taskId, {
      answers: [...entry.answers, ...more.answers],
      givenBack: [...entry.givenBack, ...more.givenBack],
      claims: [...entry.claims, ...more.claims],
    });
  }
}
