import assert from "node:assert/strict";
import type { Claim, Claimed, ClaimRequest, NewItem, Space } from "../../../src/store/index.ts";

/** Claims of the queue `work`, as most tests make them. */
export const claim = (space: Space, request: Partial<ClaimRequest> = {}): Promise<Claimed> =>
  space.queue.claim({ queue: "work", owner: "node-1", slots: 10, leaseMs: 1_000, holding: 0, ...request });

export const one = async (space: Space, request: Partial<ClaimRequest> = {}): Promise<Claim> => {
  const { claims } = await claim(space, request);
  assert.equal(claims.length, 1);
  assert.ok(claims[0]);
  return claims[0];
};

export const items = (...ids: string[]): readonly NewItem[] => ids.map((id) => ({ id, body: { name: id } }));
export const idsOf = ({ claims }: Claimed): readonly string[] => claims.map(({ id }) => id);
