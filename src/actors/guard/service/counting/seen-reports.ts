import { z } from "zod";
import type { Json } from "../../../../base/json.ts";
import type { Change } from "../../../../store/index.ts";
import { InterceptionError } from "../../errors.ts";
import type { ProxyIdentity } from "../../guard-port.ts";
import { seenKey } from "../records/keys.ts";

/** Forgotten after this time without a report. In milliseconds. */
export const seenMs = 24 * 3_600_000;
/** Lives of one proxy's spool that may have reports under way; the one that was heard of longest ago makes room. */
const mostLives = 8;
/** More hosts report to no cluster: they could only be made up. */
const mostProxies = 20_000;

const life = z.strictObject({
  incarnation: z.string(),
  /** Of the latest part that is counted in full. */
  sequence: z.number().int().min(0),
  /** Rows of the part after it that are counted already. */
  rows: z.number().int().min(0),
  heardMs: z.number(),
});
const shape = z.strictObject({ proxy: z.string(), lives: z.array(life).max(mostLives) });

type Life = z.infer<typeof life>;

/** Which rows of a part are still to be counted: those from `from` on. */
export type Counting =
  | { readonly type: "new"; readonly from: number }
  /** It was counted before. */
  | { readonly type: "repeated" }
  /** It cannot be counted now. */
  | { readonly type: "refused"; readonly problem: string };

/** What each proxy has reported, so that what it sends again counts once. */
export class SeenReports {
  readonly #proxies = new Map<string, Life[]>();

  get size(): number {
    return this.#proxies.size;
  }

  /** Puts back what the store holds. @throws ZodError */
  restore(value: Json): void {
    const { proxy, lives } = shape.parse(value);
    this.#proxies.set(proxy, lives);
  }

  /** What to do with the next part of a proxy. */
  judge({ proxy, incarnation }: ProxyIdentity, sequence: number): Counting {
    const known = this.#proxies.get(proxy)?.find((one) => one.incarnation === incarnation);
    if (known === undefined) {
      const full = !this.#proxies.has(proxy) && this.#proxies.size >= mostProxies;
      return full ? { type: "refused", problem: `${mostProxies} proxies report already` } : { type: "new", from: 0 };
    }
    if (sequence <= known.sequence) return { type: "repeated" };
    if (sequence === known.sequence + 1) return { type: "new", from: known.rows };
    return { type: "refused", problem: `part ${known.sequence + 1} has to come before part ${sequence}` };
  }

  /** The first `rows` rows of a part are counted, or all of it. */
  counted({ proxy, incarnation }: ProxyIdentity, sequence: number, rows: number | "all", nowMs: number): void {
    const lives = this.#proxies.get(proxy) ?? [];
    const others = lives.filter((one) => one.incarnation !== incarnation);
    const done = rows === "all" ? { sequence, rows: 0 } : { sequence: sequence - 1, rows };
    this.#proxies.set(proxy, [...others.slice(1 - mostLives), { incarnation, ...done, heardMs: nowMs }]);
  }

  /** Stores what is known of a proxy. */
  change(shard: number, proxy: string): Change {
    const lives = this.#proxies.get(proxy);
    if (lives === undefined) throw new InterceptionError("corrupt", `nothing is known of proxy ${proxy}`);
    return { type: "put", key: seenKey(shard, proxy), value: { proxy, lives }, expiresInMs: seenMs };
  }

  /** Forgets who has not reported for long; the store does so by itself. */
  sweep(nowMs: number): void {
    for (const [proxy, lives] of this.#proxies) {
      const left = lives.filter(({ heardMs }) => nowMs - heardMs < seenMs);
      if (left.length === 0) this.#proxies.delete(proxy);
    }
  }
}
