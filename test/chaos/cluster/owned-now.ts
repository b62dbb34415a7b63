import { systemClock } from "../../../src/base/clock.ts";
import type { OwnerEvent } from "./owner-log.ts";

/** Who owns one thing: the writer with the highest token. */
interface Owner {
  readonly writer: string;
  readonly token: number;
  readonly sinceMs: number;
  /** Of its first write that was accepted. */
  acceptedAtMs: number | undefined;
}

/** An owner that has not changed for so long is going to stay. Longer than a hand-over takes. */
const steadyMs = 1_000;

/** Who owns what, as the owners themselves have written it down. */
export class OwnedNow {
  readonly #owners = new Map<string, Owner>();

  /** Takes note of what happened, in any order among writers. */
  add(events: readonly OwnerEvent[]): void {
    for (const { verb, owned, token, writer, atMs } of events) {
      if (verb !== "granted" && verb !== "accepted") continue;
      const known = this.#owners.get(owned);
      if (known !== undefined && known.token > token) continue;
      if (known === undefined || known.token < token) {
        const acceptedAtMs = verb === "accepted" ? atMs : undefined;
        this.#owners.set(owned, { writer, token, sinceMs: atMs, acceptedAtMs });
      } else if (verb === "accepted") {
        known.acceptedAtMs ??= atMs;
      }
    }
  }

  /** What this writer owns. */
  of(writer: string): readonly string[] {
    return [...this.#owners].flatMap(([owned, owner]) => (owner.writer === writer ? [owned] : []));
  }

  ownerOf(owned: string): string | undefined {
    return this.#owners.get(owned)?.writer;
  }

  /** When an owner other than this one first wrote; `undefined`: none has. */
  takenAtMs(owned: string, from: string): number | undefined {
    const owner = this.#owners.get(owned);
    return owner === undefined || owner.writer === from ? undefined : owner.acceptedAtMs;
  }

  /** Whether so many things are owned, all by these writers, each of which owns something, and have been for a while. */
  settledBy(writers: ReadonlySet<string>, things: number): boolean {
    const owners = [...this.#owners.values()];
    if (owners.length < things) return false;
    const steadySince = systemClock.monotonicMs() - steadyMs;
    const steady = owners.every(
      ({ writer, sinceMs, acceptedAtMs }) => writers.has(writer) && acceptedAtMs !== undefined && sinceMs < steadySince,
    );
    return steady && new Set(owners.map(({ writer }) => writer)).size === writers.size;
  }

  /** For the message of a wait that took too long: how many things each writer owns. */
  state(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { writer } of this.#owners.values()) counts[writer] = (counts[writer] ?? 0) + 1;
    return counts;
  }
}
