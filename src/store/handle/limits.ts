import { slotIdShape } from "../model/keys.ts";
import { validityMs } from "../model/limits.ts";
import { bounds, type LimitRequest, type Limits, type Reservation } from "../ports.ts";
import type { Backend } from "./backend.ts";
import { checkCount, checkDuration, checkId, checkWhole, invalid } from "./checks.ts";

const mostPerSecond = 1_000_000;

export class LimitsHandle implements Limits {
  readonly #backend: Backend;
  readonly #space: string;

  constructor(backend: Backend, space: string) {
    this.#backend = backend;
    this.#space = space;
  }

  async reserve(key: string, request: LimitRequest): Promise<Reservation> {
    const { perSecond, burst, concurrent, leaseMs } = request;
    if (perSecond !== undefined && !(perSecond > 0 && perSecond <= mostPerSecond)) {
      throw invalid(`perSecond is ${perSecond}: use a number above 0, at most ${mostPerSecond}`);
    }
    if ((concurrent === undefined) !== (leaseMs === undefined)) {
      throw invalid("concurrent and leaseMs go together: a grant that is not released must fall due");
    }
    if (perSecond === undefined && concurrent === undefined) {
      throw invalid("a limit needs perSecond or concurrent");
    }
    const { slots, retryInMs } = await this.#backend.execute(this.#space, "reserve", {
      key: checkId("limit key", key),
      n: checkWhole("n", request.n, 1, bounds.slots),
      ...(perSecond === undefined ? {} : { perSecond }),
      ...(burst === undefined ? {} : { burst: checkWhole("burst", burst, 0, mostPerSecond) }),
      ...(concurrent === undefined ? {} : { concurrent: checkWhole("concurrent", concurrent, 1, mostPerSecond) }),
      ...(leaseMs === undefined ? {} : { leaseMs: checkDuration("leaseMs", leaseMs) }),
    });
    if (slots.length === 0) return { granted: false, retryInMs };
    return {
      granted: true,
      slots: slots.map(({ id, startMs }) => {
        const notBeforeMs = this.#backend.toHolderMs(startMs);
        return { id, notBeforeMs, notAfterMs: notBeforeMs + validityMs };
      }),
    };
  }

  async release(key: string, slotIds: readonly string[]): Promise<void> {
    checkCount("slot ids", slotIds, bounds.slots);
    const slots = slotIds.filter((id) => slotIdShape.test(id));
    await this.#backend.execute(this.#space, "releaseSlots", { key: checkId("limit key", key), slots });
  }
}
