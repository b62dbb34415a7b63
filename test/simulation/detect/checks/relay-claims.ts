import type { StoreEvent } from "../../store-history.ts";

/** A claim on an execution. */
export interface RelayClaim {
  readonly queue: string;
  readonly id: string;
  readonly token: number;
  /** In whose name: host, incarnation and kind of a relay, or a centre that gives it up. */
  readonly by: string;
  /** When it runs out, as it was last prolonged. */
  deadlineMs: number;
}

const isExecution = (queue: string): boolean => queue.startsWith("kind-");

/** Follows the history and knows at each place of it who has which execution. */
export class RelayClaims {
  readonly #latest = new Map<string, RelayClaim>();

  /** The latest one on an execution. */
  of(queue: string, id: string): RelayClaim | undefined {
    return this.#latest.get(`${queue} ${id}`);
  }

  /** After everything that the event changes has been looked at. */
  follow(event: StoreEvent): void {
    if (event.type === "claimed") {
      for (const { queue, id, token } of event.claims) {
        if (!isExecution(queue)) continue;
        const deadlineMs = event.atMs + event.leaseMs;
        this.#latest.set(`${queue} ${id}`, { queue, id, token, by: event.by, deadlineMs });
      }
    } else if (event.type === "extended") {
      for (const { queue, id, token } of event.claims) {
        const claim = this.of(queue, id);
        if (claim?.token === token) claim.deadlineMs = event.atMs + event.leaseMs;
      }
    } else if (event.type === "committed") {
      for (const change of event.changes) {
        if (change.type !== "finish" && change.type !== "release") continue;
        const { queue, id } = change.claim;
        if (this.of(queue, id)?.token === change.claim.token) this.#latest.delete(`${queue} ${id}`);
      }
    }
  }
}
