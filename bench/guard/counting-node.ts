/** A service that is asked about each access: `counting-node.js RULE`. It counts in memory alone, and answers each message with what it did. */
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { systemClock } from "../../src/base/clock.ts";
import { parseInterceptRule, RuleCounters } from "../../src/engines/intercept/index.ts";
import { countingCall } from "./counting-call.ts";

export interface CountingNodeSays {
  readonly port: number;
  /** Answered since the start. */
  readonly calls: number;
}

const rule = parseInterceptRule(JSON.parse(process.argv[2] ?? ""));
const counters = new RuleCounters({ rule, skewMs: 2_000, lateMs: 2_000, maxSubjects: 250_000 });
const server = new Server();
let calls = 0;

server.addService(
  { count: countingCall },
  {
    count: ({ request }: { readonly request: string }, answer: (error: null, isAllowed: boolean) => void) => {
      calls += 1;
      const atMs = systemClock.wallMs();
      answer(null, counters.add({ subject: request, atMs, count: 1, value: undefined }, atMs) !== "crossed");
    },
  },
);
server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  process.on("message", () => process.send?.({ port, calls } satisfies CountingNodeSays));
  process.send?.("ready");
});
process.on("disconnect", () => process.exit());
