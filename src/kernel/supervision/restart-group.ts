import type { Timer } from "../../base/clock.ts";
import type { ActorCell, RestartMembership } from "../cell/actor-cell.ts";

/**
 * Children that restart together: first every one of them ends its life, then, after the pause, they start one after the other in
 * the order in which they were spawned.
 */
export class RestartGroup implements RestartMembership {
  /** Those that have not started, in order; while the group begins, the first of them is starting. */
  readonly #members: Set<ActorCell>;
  readonly #ending: Set<ActorCell>;
  readonly #delayMs: number;
  #pause: Timer | undefined;
  #beginning = false;

  constructor(members: readonly ActorCell[], delayMs: number) {
    this.#members = new Set(members);
    this.#ending = new Set(members);
    this.#delayMs = delayMs;
  }

  /** Takes the members over from groups of earlier failures. */
  begin(): void {
    const members = [...this.#members];
    const earlier = new Set<RestartMembership>();
    for (const member of members) {
      if (member.group !== undefined) earlier.add(member.group);
      member.group = this;
    }
    for (const group of earlier) group.leave(members);
    for (const member of members) member.requestRestart();
  }

  quiet(member: ActorCell): void {
    if (this.#ending.delete(member)) this.#beginWhenQuiet();
  }

  started(member: ActorCell): void {
    member.group = undefined;
    this.#members.delete(member);
    this.#first()?.begin();
  }

  leave(members: readonly ActorCell[]): void {
    const first = this.#first();
    for (const member of members) {
      this.#members.delete(member);
      this.#ending.delete(member);
    }
    const next = this.#first();
    if (next === undefined) this.#pause?.cancel();
    else if (!this.#beginning) this.#beginWhenQuiet();
    else if (next !== first) next.begin();
  }

  #beginWhenQuiet(): void {
    const first = this.#first();
    if (this.#ending.size > 0 || this.#pause !== undefined || first === undefined) return;
    if (this.#delayMs === 0) this.#beginFirst();
    else this.#pause = first.services.clock.after(this.#delayMs, () => this.#beginFirst());
  }

  #beginFirst(): void {
    this.#beginning = true;
    this.#first()?.begin();
  }

  #first(): ActorCell | undefined {
    return this.#members.values().next().value;
  }
}
