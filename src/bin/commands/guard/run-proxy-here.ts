import { proxyProps } from "../../../actors/guard/index.ts";
import { systemClock } from "../../../base/clock.ts";
import { systemRandom } from "../../../base/random.ts";
import { ActorSystem } from "../../../kernel/index.ts";
import { connected } from "../../calls/connected.ts";
import { listenForEnd } from "../../node/end/end-request.ts";
import { proxySettings } from "../../node/guard/proxy-settings.ts";
import { exitCodes, type ExitCode } from "../../process/exit-codes.ts";
import { createLog } from "../../process/log.ts";
import { readConfig } from "../../process/read-config.ts";
import type { ConnectionFlags } from "../common-flags.ts";
import { logCounts } from "./log-counts.ts";

/** What `guard proxy` takes. */
export interface ProxyFlags extends ConnectionFlags {
  readonly folder?: string;
  readonly spool?: string;
  readonly rules?: readonly number[];
  readonly logLevel?: string;
}

/** Runs the proxy of this host in this process until it is asked to end. The service may come and go. */
export const runProxyHere = async (flags: ProxyFlags): Promise<ExitCode> => {
  const { folder, spool, rules, logLevel, quiet } = flags;
  const { config } = readConfig(flags.config, {
    "guard.folder": folder,
    "guard.spoolFolder": spool,
    "guard.rules": rules,
    "log.level": logLevel ?? (quiet === true ? "error" : undefined),
  });
  const settings = await proxySettings(config);
  const request = listenForEnd(systemClock);
  try {
    return await connected(flags, async ({ guard: port }) => {
      const log = createLog(config.log.level);
      const system = new ActorSystem({ node: settings.proxy, log, clock: systemClock, random: systemRandom });
      const proxy = system.spawn(proxyProps({ port, settings }), "proxy");
      const ending = new AbortController();
      const logged = logCounts(proxy, { log, clock: systemClock }, ending.signal);
      const cause = await Promise.race([request.asked, system.terminated.then(() => undefined)]);
      ending.abort();
      await logged;
      const termination = await system.stop();
      if (termination.reason === "failed") throw termination.error;
      return cause === "interrupt" ? exitCodes.interrupted : exitCodes.complete;
    });
  } finally {
    request.release();
  }
};
