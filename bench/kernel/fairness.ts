import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { same, type Address } from "../../src/kernel/index.ts";
import { median, type Report } from "../report.ts";
import { inTurn } from "../rounds.ts";
import { startSystem } from "./system.ts";

export const name = "kernel-fairness";

const flooders = 10;
const messagesEach = 100;
const forMs = 1_500;
const timerMs = 10;
const limitMs = 25;
/** Echoes in the whole time without which I/O would not be said to go on. */
const leastEchoes = 50;

type Flood = { readonly type: "flood"; readonly to: readonly Address<Flood>[] };

interface Fairness {
  /** 99th percentile of when a 10 ms timer fired, milliseconds after it was set. */
  readonly timerP99Ms: number;
  readonly echoes: number;
}

/** Ten actors that send each message on to another, a 10 ms timer, and an echo over a loopback socket, all in one process. */
const underFlood = async (): Promise<Fairness> => {
  const system = startSystem();
  const actors: Address<Flood>[] = [];
  for (let i = 0; i < flooders; i += 1) {
    let turn = i;
    const actor = system.spawn<undefined, Flood>(
      {
        behavior: {
          initial: () => undefined,
          receive: (_state, message) => {
            turn += 1;
            message.to[turn % flooders]?.tell(message);
            return same;
          },
        },
      },
      `flooder-${i}`,
    );
    actors.push(actor);
  }
  const server = createServer((socket) => socket.pipe(socket)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  await once(socket, "connect");
  const endMs = performance.now() + forMs;
  let echoes = 0;
  socket.on("data", () => {
    echoes += 1;
    if (performance.now() < endMs) socket.write("x");
  });
  const firedAfterMs: number[] = [];
  for (const actor of actors) {
    for (let i = 0; i < messagesEach; i += 1) actor.tell({ type: "flood", to: actors });
  }
  socket.write("x");
  while (performance.now() < endMs) {
    const setMs = performance.now();
    await new Promise((resolve) => setTimeout(resolve, timerMs));
    firedAfterMs.push(performance.now() - setMs);
  }
  await system.stop();
  socket.end();
  server.close();
  await once(server, "close");
  const sorted = firedAfterMs.toSorted((a, b) => a - b);
  return { timerP99Ms: sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN, echoes };
};

export const run = async (report: Report): Promise<void> => {
  const echoes: number[] = [];
  const samples = await inTurn({
    ours: async () => {
      const fairness = await underFlood();
      echoes.push(fairness.echoes);
      return fairness.timerP99Ms;
    },
    limit: () => limitMs,
  });
  const what = "10 actors flood each other";
  report.add({
    what: `${what}: 10 ms timer, p99`,
    unit: "ms",
    ours: samples.ours,
    peer: { name: "limit", samples: samples.limit },
    aim: { atMost: 1 },
  });
  report.add({
    what: `${what}: socket echoes in ${forMs} ms (median ${median(echoes)})`,
    unit: "",
    ours: echoes,
    peer: { name: "least", samples: echoes.map(() => leastEchoes) },
    aim: { atLeast: 1 },
  });
};
