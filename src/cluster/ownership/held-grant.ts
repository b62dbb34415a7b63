import type { Guard, Space } from "../../store/index.ts";
import { fenceKey } from "./fence.ts";
import type { Grant } from "./grant.ts";
import type { OwnDeadline } from "./own-deadline.ts";
import type { OwnedKind } from "./owned-kind.ts";

/** A grant of this node, which ends for good before the node gives the shard up or takes it anew. */
export class HeldGrant implements Grant {
  readonly kind: string;
  readonly shard: number;
  readonly space: Space;
  readonly guard: Guard;
  readonly token: number;
  readonly #deadline: OwnDeadline;
  readonly #surrendered: (grant: HeldGrant) => void;
  #over = false;

  constructor(
    kind: OwnedKind,
    shard: number,
    token: number,
    deadline: OwnDeadline,
    surrendered: (grant: HeldGrant) => void,
  ) {
    this.kind = kind.name;
    this.shard = shard;
    this.space = kind.space;
    this.token = token;
    this.guard = { type: "record", record: { key: fenceKey(kind, shard), version: token } };
    this.#deadline = deadline;
    this.#surrendered = surrendered;
  }

  deadlineMs(): number {
    return this.#over ? Number.NEGATIVE_INFINITY : this.#deadline.untilMs;
  }

  surrender(): void {
    if (this.#over) return;
    this.end();
    this.#surrendered(this);
  }

  /** No renewal of the lease brings it back. */
  end(): void {
    this.#over = true;
  }
}
