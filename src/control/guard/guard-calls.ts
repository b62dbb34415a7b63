import { InterceptionError, type BlockReply, type GuardDesk, type ShardView } from "../../actors/guard/index.ts";
import { guardService, type Caller, type GuardShardStats, type GuardSubject } from "../../wire/index.ts";
import type { CallServer } from "../calls/call-server.ts";
import { pageRequest } from "../page-request.ts";

export interface GuardCallsSetup {
  readonly calls: CallServer;
  readonly guard: GuardDesk;
}

/** Two callers that name the same host must not be taken for one, or what one reports would be missing from what the other does. */
const proxyOf = (proxy: string, { name }: Caller): string => `${proxy}@${name}`;

const subjectText = ({ field, subject }: GuardSubject): string => `${field} ${subject}`;

/** @throws InterceptionError for what was refused */
const done = <Reply extends { readonly type: string }>(reply: Reply): Exclude<Reply, { readonly type: "refused" }> => {
  if (isRefused(reply)) throw new InterceptionError(reply.code, reply.message);
  return reply as Exclude<Reply, { readonly type: "refused" }>;
};

type Refused = Extract<BlockReply, { readonly type: "refused" }>;
const isRefused = (reply: { readonly type: string }): reply is Refused => reply.type === "refused";

const unknown: Omit<GuardShardStats, "shard" | "node"> = {
  ...{ subjects: 0, active: 0, pending: 0, passed: 0, intercepted: 0, late: 0 },
  ...{ uncounted: 0, repeatedParts: 0, crossings: 0, sequence: 0 },
};

const shardMessage = ({ shard, node = "", stats }: ShardView): GuardShardStats =>
  stats === undefined ? { ...unknown, shard, node: "" } : { ...stats, shard, node };

/** Who is intercepted at the front ends: reported to, subscribed to, ruled, ordered and shown. Nothing here counts. */
export const serveGuard = ({ calls, guard }: GuardCallsSetup): void => {
  calls.unary(guardService.report, async ({ proxy, ...report }, { caller, signal }) => ({
    outcomes: await guard.report({ ...report, proxy: proxyOf(proxy, caller) }, signal),
  }));

  calls.stream(guardService.subscribe, ({ proxy, ...request }, { caller, signal }) =>
    guard.subscribe({ ...request, proxy: proxyOf(proxy, caller) }, signal),
  );

  calls.unary(guardService.putRule, async ({ rule }, call) => {
    call.concerns(`rule ${rule.number}`);
    return { created: await guard.putRule(rule) };
  });

  calls.unary(guardService.listRules, async () => ({ rules: await guard.listRules() }));

  calls.unary(guardService.deleteRule, async ({ number }, call) => {
    call.concerns(`rule ${number}`);
    await guard.deleteRule(number);
    return {};
  });

  calls.unary(guardService.block, async ({ subject, ...block }, call) => {
    call.concerns(`${subjectText(subject)} (${block.blockId})`);
    const reply = done(
      await guard.block({ ...block, ...subject, by: call.caller.name, cause: undefined }, call.signal),
    );
    return reply.type === "pending"
      ? { pending: reply.why, untilMs: 0 }
      : { pending: "", untilMs: Math.round(reply.untilMs) };
  });

  calls.unary(guardService.unblock, async ({ subject }, call) => {
    call.concerns(subjectText(subject));
    const { ended } = done(await guard.unblock({ ...subject, by: call.caller.name, cause: undefined }, call.signal));
    return { ended };
  });

  calls.unary(guardService.listIndications, async ({ state, rule, ...page }) => {
    const { rows, next = "" } = await guard.indications({
      ...pageRequest(page),
      ...(state === undefined ? {} : { state }),
      ...(rule === undefined ? {} : { rule }),
    });
    return { indications: rows, nextPageToken: next };
  });

  calls.unary(guardService.settleBlock, async ({ blockId, approve }, call) => {
    call.concerns(blockId);
    const settled = await guard.settle({ blockId, approve, by: call.caller.name });
    // A cap may be reached once more, by others.
    if (settled.type === "pending") throw new InterceptionError("conflict", settled.why);
    return { untilMs: settled.type === "blocked" ? Math.round(settled.untilMs) : 0 };
  });

  calls.unary(guardService.getGuardStats, async () => ({ shards: (await guard.shards()).map(shardMessage) }));
};
