/** The proxy of a host in a process of its own: `node proxy-process.js FOLDER SPOOL URL`. Reports go to a `CountingService`. */
import pino from "pino";
import type { FeedMessage, GuardPort, PartOutcome } from "../../../src/actors/guard/guard-port.ts";
import { proxyProps } from "../../../src/actors/guard/proxy/index.ts";
import { ActorSystem } from "../../../src/kernel/index.ts";

const [folder = "", spoolFolder = "", url = ""] = process.argv.slice(2);

const port: GuardPort = {
  report: async (report, signal) => {
    const answer = await fetch(url, { method: "POST", body: JSON.stringify(report), signal });
    if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
    return (await answer.json()) as readonly PartOutcome[];
  },
  async *subscribe(_request, signal): AsyncGenerator<FeedMessage> {
    yield { type: "settings", shards: 8, slotMs: 10, v6PrefixBits: 64, neverBlock: [] };
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  },
};

const system = new ActorSystem({ node: "host", log: pino({ level: "fatal" }) });
const report = { records: 200, bytes: 16_384, ageMs: 20 };
system.spawn(
  proxyProps({
    port,
    settings: { proxy: "host", folder, spoolFolder, spoolBytes: 64 * 1024 * 1024, report, rules: [] },
  }),
  "proxy",
);
