import { readFileSync } from "node:fs";
import { systemClock } from "../../../src/base/clock.ts";
import { seededRandom, systemRandom } from "../../../src/base/random.ts";
import { startNode } from "../../../src/bin/node/start-node.ts";
import { createLog } from "../../../src/bin/process/log.ts";
import { channelSecurity } from "../../../src/client/index.ts";
import type { Channel, LinkCounts, Transport } from "../../../src/cluster/index.ts";
import { loadConfig } from "../../../src/config/index.ts";
import {
  ByteReader,
  decodeReceiverFrame,
  decodeSenderFrame,
  fixedTls,
  helloFrame,
  type LinkHello,
} from "../../../src/wire/index.ts";
import { openStoreForTests } from "../../support/open-store.ts";
import { script } from "../../support/script.ts";
import { until } from "../../support/until.ts";
import { endsOf, FrameFuzz } from "../../unit/cluster/links/frame-fuzz.ts";
import { Fleet } from "../fleet/fleet.ts";
import type { FleetProcess } from "../fleet/fleet-process.ts";
import { SharedConnection } from "./shared-connection.ts";

export interface FramesRunOptions {
  /** How many have to reach the node. */
  readonly frames: number;
  readonly seed: number;
  readonly leaseMs: number;
  readonly say: (line: string) => void;
}

export interface FramesRunResult {
  readonly sent: Readonly<Record<string, number>>;
  readonly connections: number;
  /** Connections whose end the node has not counted; below 0: it has counted ends of connections that there were not. */
  readonly uncounted: number;
  readonly received: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly failures: Readonly<Record<string, number>>;
  readonly duplicates: number;
  /** The node says welcome to a proper hello after all that, is the process it was, and answers calls. */
  readonly lives: boolean;
}

/** More at once mostly replace each other before they say anything. */
const atOnce = 10;
const waitMs = 60_000;
const sayEvery = 1_000;

/** A node of this process, what it says first, and a connection in its name. */
interface Insider {
  readonly connection: SharedConnection;
  readonly hello: LinkHello;
  /** Links that the node itself has begun. */
  dialled(): number;
  stop(): Promise<unknown>;
}

/** A proper node with a proper certificate, whose links are listened to. */
const startInsider = async (fleet: Fleet): Promise<Insider> => {
  const settings = fleet.settingsOf(1);
  const { config } = loadConfig({ file: settings.configFile, env: {} });
  let hello: LinkHello | undefined;
  let peer: { readonly node: string; readonly address: string } | undefined;
  let dialled = 0;
  const listening = (inner: Transport): Transport => ({
    dial: (to, events) => {
      peer = to;
      dialled += 1;
      const channel = inner.dial(to, events);
      return {
        send: (frame) => {
          hello ??= helloIn(frame);
          return channel.send(frame);
        },
        close: () => channel.close(),
      };
    },
    accept: (handler) => inner.accept(handler),
    close: () => inner.close(),
  });
  const node = await startNode({
    config,
    clock: systemClock,
    random: systemRandom,
    log: createLog("fatal"),
    openStore: openStoreForTests,
    leaseMs: settings.leaseMs,
    wrapTransport: listening,
  });
  await until(
    () => hello !== undefined,
    () => ({ peer }),
    waitMs,
  );
  const { ca, cert, key } = config.tls;
  if (hello === undefined || peer === undefined || ca === undefined || cert === undefined || key === undefined) {
    throw new Error("it said no hello, or has no certificate");
  }
  const identity = { cert: readFileSync(cert), key: readFileSync(key) };
  const source = fixedTls({ ca: readFileSync(ca), identity });
  const security = channelSecurity({ source, cluster: config.cluster.name }, peer.node);
  const connection = new SharedConnection(peer.address, security);
  return {
    connection,
    hello,
    dialled: () => dialled,
    stop: () => {
      connection.close();
      return node.drain();
    },
  };
};

const helloIn = (frame: Uint8Array): LinkHello | undefined => {
  const read = decodeSenderFrame(frame, new ByteReader());
  return read.type === "hello" ? read.hello : undefined;
};

/** In the name of a live member, sends a live node frames that no node sends, or not at that point. */
export const framesRun = async (options: FramesRunOptions): Promise<FramesRunResult> => {
  const { frames, seed, leaseMs, say } = options;
  // Its script talks to nobody as long as there is nobody.
  const flooder = script("../slow/flood-node", import.meta.url);
  const fleet = await Fleet.start({ nodes: 2, started: 1, leaseMs, say, script: flooder });
  try {
    const [victim] = fleet.living;
    if (victim === undefined) throw new Error("no node runs");
    const insider = await startInsider(fleet);
    try {
      return await spoilAll(fleet, victim, insider, { frames, seed, leaseMs, say });
    } finally {
      await insider.stop();
    }
  } finally {
    await fleet.end();
  }
};

const spoilAll = async (
  fleet: Fleet,
  victim: FleetProcess,
  insider: Insider,
  { frames, seed, say }: FramesRunOptions,
): Promise<FramesRunResult> => {
  let { epoch } = insider.hello;
  epoch += 1_000_000;
  const fuzz = new FrameFuzz(seededRandom(seed), () => ({ ...insider.hello, firstHeld: 1, epoch: (epoch += 2) }), true);
  const before = await countsOf(victim);
  const dialledBefore = insider.dialled();
  let [opened, rounds] = [0, 0];
  for (;;) {
    const counts = await countsOf(victim);
    if (counts.receivedFrames - before.receivedFrames >= frames) break;
    await Promise.all(Array.from({ length: atOnce }, () => spoilOne(insider, fuzz)));
    opened += atOnce;
    rounds += 1;
    if (rounds % sayEvery === 0) say(`${opened} connections, ${counts.receivedFrames} frames`);
  }
  let after = await countsOf(victim);
  // The node's own link lost its connection to the first of them, and its next ones are refused as stale.
  const uncounted = (): number => opened + insider.dialled() - dialledBefore + 1 - (endsOf(after) - endsOf(before));
  await until(
    async () => {
      after = await countsOf(victim);
      return uncounted() === 0;
    },
    () => ({ uncounted: uncounted(), after }),
    waitMs,
  );
  return {
    sent: fuzz.sent,
    connections: opened,
    uncounted: uncounted(),
    received: after.receivedFrames - before.receivedFrames,
    refused: grown(before.refusedByUs, after.refusedByUs),
    failures: grown(before.failures, after.failures),
    duplicates: after.duplicates - before.duplicates,
    lives: (await isWelcome(insider)) && (await fleet.client(0).control.members()).length === 2 && victim.runs,
  };
};

/** One connection, until the node has answered or ended it. */
const spoilOne = ({ connection }: Insider, fuzz: FrameFuzz): Promise<void> =>
  new Promise((resolve) => {
    const channel: Channel = connection.open({
      onFrame: () => {
        channel.close();
        resolve();
      },
      onDrain: () => undefined,
      onClosed: () => resolve(),
    });
    fuzz.spoil(channel);
  });

const isWelcome = ({ connection, hello }: Insider): Promise<boolean> =>
  new Promise((resolve) => {
    const channel: Channel = connection.open({
      onFrame: (frame) => {
        resolve(decodeReceiverFrame(frame, new ByteReader()).type === "welcome");
        channel.close();
      },
      onDrain: () => undefined,
      onClosed: () => resolve(false),
    });
    // Above all epochs that a flipped bit has made.
    channel.send(helloFrame({ ...hello, epoch: 2 ** 52 }));
  });

const countsOf = async (node: FleetProcess): Promise<LinkCounts> => {
  const former = node.linkCounts;
  node.send("links");
  await until(
    () => node.linkCounts !== former,
    () => ({ exit: node.exit, said: node.said }),
    waitMs,
  );
  const counts = node.linkCounts;
  if (counts === undefined) throw new Error("the node has no links");
  return counts;
};

const grown = (
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(after).flatMap(([name, count]) => {
      const more = count - (before[name] ?? 0);
      return more === 0 ? [] : [[name, more]];
    }),
  );
