import type { Timer } from "../base/clock.ts";
import type { ActorCell, RestartMembership } from "./actor-cell.ts";

/**
 * Children that restart together: first every one of them ends its life, then, after the pause, they start one after the other in
 * the order in which they were spawned.
 */
export class RestartGroup implements RestartMembership {
  readonly #members: ActorCell[];
  readonly #ending: Set<ActorCell>;
  readonly #delayMs: number;
  #pause: Timer | undefined;
  #beginning = false;

  constructor(members: readonly ActorCell[], delayMs: number) {
    this.#members = [...members];
    this.#ending = new Set(members);
    this.#delayMs = delayMs;
  }

  /** Takes the members over from groups of earlier failures. */
  begin(): void {
    for (const member of this.#members) {
      const earlier = member.group;
      member.group = this;
      earlier?.leave(member);
    }
    for (const member of [...this.#members]) member.requestRestart();
  }

  quiet(member: ActorCell): void {
    if (this.#beginning || !this.#ending.delete(member)) return;
    this.#beginWhenQuiet();
  }

  started(member: ActorCell): void {
    member.group = undefined;
    this.#members.shift();
    this.#members[0]?.begin();
  }

  leave(member: ActorCell): void {
    const at = this.#members.indexOf(member);
    if (at === -1) return;
    this.#members.splice(at, 1);
    this.#ending.delete(member);
    if (!this.#beginning) this.#beginWhenQuiet();
    else if (at === 0) this.#members[0]?.begin();
  }

  #beginWhenQuiet(): void {
    if (this.#ending.size > 0 || this.#pause !== undefined) return;
    const [first] = this.#members;
    if (first === undefined) return;
    if (this.#delayMs === 0) {
      this.#beginning = true;
      first.begin();
      return;
    }
    this.#pause = first.services.clock.after(this.#delayMs, () => {
      this.#beginning = true;
      this.#members[0]?.begin();
    });
  }
}
