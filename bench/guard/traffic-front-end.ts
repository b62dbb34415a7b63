/** A front end with a steady traffic, `traffic-front-end.js SETTINGS`, that decides about each access by itself, by a call, or by a command to Redis. */
import { Client, credentials } from "@grpc/grpc-js";
import { Redis } from "ioredis";
import { setInterval } from "node:timers";
import { RateLimiterRedis, RateLimiterRes } from "rate-limiter-flexible";
import { systemClock } from "../../src/base/clock.ts";
import { seededRandom } from "../../src/base/random.ts";
import { createGuard } from "../../src/client/guard/index.ts";
import type { InterceptRule } from "../../src/engines/intercept/index.ts";
import { countingCall } from "./counting-call.ts";

export interface TrafficSettings {
  readonly by: "guard" | "call" | "redis";
  /** The shared folder, an address `HOST:PORT`, or a URL. */
  readonly place: string;
  readonly rule: InterceptRule;
  readonly seed: number;
}

export interface TrafficCall {
  readonly ms: number;
}

export interface TrafficSays {
  /** That were decided. */
  readonly accesses: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** At once, or once the promise is resolved. */
type Decide = (account: string) => unknown;

/** A quarter of 10,000 a second. */
const accessesOfMs = 2.5;
/** With so many undecided ones the next wait. */
const mostUndecided = 100;
const callMs = 30_000;
const accounts = Array.from({ length: 10_000 }, (_, at) => `account-${at}`);
const { by, place, rule, seed } = JSON.parse(process.argv[2] ?? "") as TrafficSettings;
const random = seededRandom(seed);

const byGuard = (): Decide => {
  const guard = createGuard({ folder: place });
  const rules = [rule.number];
  process.on("disconnect", () => guard.close());
  return (account) => guard.check({ rules, account });
};

const byCall = (): Decide => {
  const client = new Client(place, credentials.createInsecure());
  process.on("disconnect", () => client.close());
  const { path, requestSerialize, responseDeserialize } = countingCall;
  return (account) =>
    new Promise((resolve, reject) => {
      const options = { deadline: systemClock.wallMs() + callMs };
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, account, options, (error, isAllowed) => {
        if (error === null) resolve(isAllowed);
        else reject(error);
      });
    });
};

const byRedis = (): Decide => {
  const storeClient = new Redis(place, { commandTimeout: callMs });
  process.on("disconnect", () => storeClient.disconnect());
  const limiter = new RateLimiterRedis({ storeClient, points: rule.threshold, duration: rule.windowMs / 1_000 });
  return (account) =>
    limiter.consume(account).catch((refused: unknown) => {
      if (!(refused instanceof RateLimiterRes)) throw refused;
    });
};

const decide = { guard: byGuard, call: byCall, redis: byRedis }[by]();

const traffic = ({ ms }: TrafficCall): Promise<TrafficSays> => {
  const [beganMs, beganCpu] = [performance.now(), process.cpuUsage()];
  let [begun, decided] = [0, 0];
  const one = async (account: string): Promise<void> => {
    await decide(account);
    decided += 1;
  };
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const elapsedMs = performance.now() - beganMs;
      const due = Math.floor(Math.min(elapsedMs, ms) * accessesOfMs);
      for (; begun < due && begun - decided < mostUndecided; begun += 1) {
        void one(accounts[random.below(accounts.length)] ?? "");
      }
      if (decided < Math.floor(ms * accessesOfMs)) return;
      clearInterval(timer);
      const { user, system } = process.cpuUsage(beganCpu);
      resolve({ accesses: decided, seconds: elapsedMs / 1_000, cpuSeconds: (user + system) / 1e6 });
    }, 1);
  });
};

process.on("message", (call: TrafficCall) => void traffic(call).then((said) => process.send?.(said)));
process.send?.("ready");
