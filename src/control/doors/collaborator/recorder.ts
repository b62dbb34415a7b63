import type { Clock } from "../../../base/clock.ts";
import { idLength } from "../../../engines/scan/oob/index.ts";
import type { Door, Refusals } from "../../access/refusals.ts";
import type { CollaboratorLimits } from "./limits.ts";
import { RateGate } from "../../access/rate-gate.ts";
import type { RecordedInteraction, Sessions } from "./sessions.ts";

/** One of our ids in a text. */
export interface FoundId {
  /** In lower case. */
  readonly uniqueId: string;
  /** As it was written, with the letters and digits around it. */
  readonly word: string;
  /** Where the word ends in the text. */
  readonly end: number;
}

const door: Door = "collaborator";

/** What both servers of the collaborator do with a contact: find whose it is, and record it. */
export class Recorder {
  readonly #clock: Clock;
  readonly #sessions: Sessions;
  readonly #refusals: Refusals;
  readonly #gate: RateGate;

  constructor(clock: Clock, sessions: Sessions, refusals: Refusals, limits: CollaboratorLimits) {
    this.#clock = clock;
    this.#sessions = sessions;
    this.#refusals = refusals;
    this.#gate = new RateGate(clock, limits.perSecond, limits.burst);
  }

  /** The ids of sessions in a text, wherever they stand in a word, each once. */
  idsIn(text: string): readonly FoundId[] {
    const found = new Map<string, FoundId>();
    for (const { 0: word, index } of text.matchAll(/[0-9A-Za-z]{33,}/g)) {
      for (let at = 0; at + idLength <= word.length; at += 1) {
        const uniqueId = word.slice(at, at + idLength).toLowerCase();
        if (found.has(uniqueId) || !this.#sessions.knows(uniqueId)) continue;
        found.set(uniqueId, { uniqueId, word, end: index + word.length });
      }
    }
    return [...found.values()];
  }

  /** Whether there is room for one more. If not, the session is told that it missed some. */
  admit(ids: readonly FoundId[]): boolean {
    if (ids.length === 0 || this.#gate.pass()) return true;
    this.#refusals.count(door, "too-fast");
    for (const { uniqueId } of ids) this.#sessions.countDropped(uniqueId);
    return false;
  }

  record({ uniqueId }: FoundId, interaction: Omit<RecordedInteraction, "unique-id" | "timestamp">): void {
    const timestamp = new Date(this.#clock.wallMs()).toISOString();
    this.#sessions.record({ ...interaction, "unique-id": uniqueId, timestamp });
  }
}
