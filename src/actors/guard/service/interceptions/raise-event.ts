import type { Change } from "../../../../store/index.ts";
import { guardEventQueue, type GuardEvent } from "../../work.ts";

const mostReason = 500;
const mostName = 300;

/** Names what a change of a shard's table did: a sequence is used once. */
export const changeId = (shard: number, sequence: number): string => `s${shard}-${sequence}`;

/** Raises a security event with the commit that the change is part of. */
export const eventChange = (event: GuardEvent): Change => {
  const { cause, ...rest } = event;
  const body = {
    ...rest,
    reason: event.reason.slice(0, mostReason),
    by: event.by.slice(0, mostName),
    ...(cause === undefined ? {} : { cause: { chain: cause.chain } }),
  };
  return { type: "add", queue: guardEventQueue, item: { id: event.id, body } };
};
