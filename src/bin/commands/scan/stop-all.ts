import { setMaxListeners } from "node:events";
import type { Command } from "commander";
import { systemClock } from "../../../base/clock.ts";
import { systemRandom } from "../../../base/random.ts";
import type { ClientError } from "../../../client/index.ts";
import { callNodeLong } from "../../calls/call-node.ts";
import { exitCodes } from "../../process/exit-codes.ts";
import { jsonLine } from "../../output/text/json-text.ts";
import { createSay } from "../../output/messages.ts";
import { createCounter } from "../../output/scan/progress.ts";
import { Retrying } from "../../calls/retrying.ts";
import { toStdout } from "../../output/stdout.ts";
import { stopScans } from "../../calls/stop-scans.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";

const longestSilenceMs = 30_000;

export const addScanStopAll = (scan: Command, onExit: OnExit): void => {
  withConnectionFlags(
    scan.command("stop-all").description("cancel every scan that has not ended, until there is none left"),
  ).action(async (flags: ConnectionFlags) => {
    const code = await callNodeLong(flags, async (client, signal) => {
      const clock = systemClock;
      const count = createCounter(clock, flags.quiet === true, "scans cancelled");
      setMaxListeners(0, signal);
      const say = createSay(flags.quiet === true);
      const onSilence = ({ message }: ClientError): void => say(`${message}; trying again`);
      const retrying = new Retrying({ clock, random: systemRandom, longestSilenceMs, onSilence });
      const cancelled = await stopScans({ client, retrying, clock, signal, onCancelled: count });
      const words = `${cancelled} ${cancelled === 1 ? "scan" : "scans"} cancelled\n`;
      await toStdout(flags.json === true ? jsonLine({ cancelled }) : words);
      return signal.aborted ? exitCodes.interrupted : exitCodes.complete;
    });
    onExit(code);
  });
};
