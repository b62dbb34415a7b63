import {
  bounds,
  type Claim,
  type Claimed,
  type ClaimRef,
  type ClaimRequest,
  type DeadLetter,
  type ItemView,
  type NewItem,
  type Page,
  type PageRequest,
  type QueueCounts,
  type WorkQueue,
} from "../ports.ts";
import type { Backend } from "./backend.ts";
import { checkClaim, checkCount, checkDuration, checkId, checkIds, checkName, checkWhole } from "./checks.ts";
import { decode, decodeOptional } from "./encoding.ts";
import { checkPage } from "./page.ts";
import { prepareItem } from "./prepare.ts";
import { checkWeight, weightOfItem } from "./weight.ts";

export class QueueHandle implements WorkQueue {
  readonly #backend: Backend;
  readonly #space: string;

  constructor(backend: Backend, space: string) {
    this.#backend = backend;
    this.#space = space;
  }

  async add(queue: string, items: readonly NewItem[]): Promise<readonly string[]> {
    checkName("queue", queue);
    checkCount("items", items, bounds.changes);
    const prepared = items.map(prepareItem);
    checkWeight(prepared.map(weightOfItem));
    return this.#backend.execute(this.#space, "add", { queue, items: prepared });
  }

  async claim(request: ClaimRequest): Promise<Claimed> {
    const { ids, maxClaimed } = request;
    // Taken before the call, so that the holder's deadline is never later than the store's.
    const deadlineMs = this.#backend.clock.monotonicMs() + checkDuration("leaseMs", request.leaseMs);
    const { claims, aloneWaiting, nextInMs } = await this.#backend.execute(this.#space, "claim", {
      queue: checkName("queue", request.queue),
      owner: checkId("owner", request.owner),
      slots: checkWhole("slots", request.slots, 1, bounds.slots),
      leaseMs: request.leaseMs,
      holding: checkWhole("holding", request.holding, 0, Number.MAX_SAFE_INTEGER),
      ...(ids === undefined ? {} : { ids: checkIds("item id", ids) }),
      ...(maxClaimed === undefined
        ? {}
        : { maxClaimed: checkWhole("maxClaimed", maxClaimed, 0, Number.MAX_SAFE_INTEGER) }),
    });
    const decoded = claims.map(({ body, checkpoint, ...claim }): Claim => ({
      ...claim,
      body: decode(body),
      checkpoint: decodeOptional(checkpoint),
      deadlineMs,
    }));
    return { claims: decoded, aloneWaiting, nextInMs };
  }

  async extend(
    claims: readonly ClaimRef[],
    leaseMs: number,
  ): Promise<{ readonly lost: readonly ClaimRef[]; readonly deadlineMs: number }> {
    checkCount("claims", claims, bounds.changes);
    const deadlineMs = this.#backend.clock.monotonicMs() + checkDuration("leaseMs", leaseMs);
    const lost = await this.#backend.execute(this.#space, "extend", { claims: claims.map(checkClaim), leaseMs });
    return { lost, deadlineMs };
  }

  async cancel(queue: string, ids: readonly string[]): Promise<readonly string[]> {
    return this.#backend.execute(this.#space, "cancel", {
      queue: checkName("queue", queue),
      ids: checkIds("item id", ids),
    });
  }

  async counts(queue: string): Promise<QueueCounts> {
    return this.#backend.ask(this.#space, "counts", { queue: checkName("queue", queue) });
  }

  async get(queue: string, id: string): Promise<ItemView | undefined> {
    const view = await this.#backend.ask(this.#space, "item", {
      queue: checkName("queue", queue),
      id: checkId("item id", id),
    });
    if (view === undefined) return undefined;
    return { ...view, body: decodeOptional(view.body), result: decodeOptional(view.result) };
  }

  async deadLetters(queue: string, page: PageRequest = {}): Promise<Page<DeadLetter>> {
    const { limit, cursor } = checkPage(page);
    checkName("queue", queue);
    const { rows, more } = await this.#backend.ask(this.#space, "deadLetters", { queue, limit, cursor });
    return {
      rows: rows.map(({ letter, body }) => ({ ...letter, body: decode(body) })),
      next: more ? rows.at(-1)?.cursor : undefined,
    };
  }

  async replay(queue: string, ids: readonly string[]): Promise<readonly string[]> {
    return this.#backend.execute(this.#space, "replay", {
      queue: checkName("queue", queue),
      ids: checkIds("item id", ids),
    });
  }
}
