import { openSync, writeSync } from "node:fs";
import { systemClock } from "../../../src/base/clock.ts";
import { systemRandom } from "../../../src/base/random.ts";
import { keepHeapClose } from "../../../src/bin/node/process/heap.ts";
import { startNode } from "../../../src/bin/node/start-node.ts";
import { createLog } from "../../../src/bin/process/log.ts";
import { ownedKind, shardKind } from "../../../src/cluster/index.ts";
import { loadConfig } from "../../../src/config/index.ts";
import { KernelError, same, type Context, type Props } from "../../../src/kernel/index.ts";
import { actor } from "../../support/actors.ts";
import { notesKind, type NoteMessage } from "../../support/notes-kind.ts";
import { openStoreForTests } from "../../support/open-store.ts";

/** A node in a process of its own that owns shards, and all the time tells and asks those of all nodes. */
export interface ShardNodeSettings {
  readonly configFile: string;
  readonly log: string;
  readonly leaseMs: number;
  readonly shards: number;
  /** How long it waits for an answer. */
  readonly askMs: number;
}

/** A line of its log. Times are of the machine's monotonic clock, which all processes share. */
export type ShardFact =
  | { readonly t: "told"; readonly id: string; readonly atMs: number }
  | { readonly t: "asked"; readonly id: string; readonly atMs: number }
  | { readonly t: "ended"; readonly id: string; readonly how: string; readonly atMs: number }
  | {
      readonly t: "handled";
      readonly id: string;
      readonly pair: string;
      readonly number: number;
      readonly atMs: number;
    }
  /** Dead letters so far. */
  | { readonly t: "letters"; readonly total: number };

const everyMs = 10;
const keys = 60;

keepHeapClose();
const settings = JSON.parse(process.argv[2] ?? "") as ShardNodeSettings;
const kind = shardKind<NoteMessage>({ ...notesKind, shards: settings.shards });
const file = openSync(settings.log, "a");
const note = (fact: ShardFact): void => void writeSync(file, `${JSON.stringify(fact)}\n`);
const now = (): number => systemClock.monotonicMs();
let talking = true;

const notesProps = (): Props<undefined, NoteMessage> =>
  actor((message, context) => {
    if (message.type === "stop") return context.stopSelf();
    const { from, key, number } = message;
    note({ t: "handled", id: `${from}/${key}/${number}`, pair: `${from}/${key}`, number, atMs: now() });
    if (message.type === "question") message.replyTo.tell("heard");
  });

const talk = (numbers: Map<string, number>, from: string, context: Context<"talk">): void => {
  const key = `key-${Math.floor(context.random.next() * keys)}`;
  const number = (numbers.get(key) ?? 0) + 1;
  numbers.set(key, number);
  const id = `${from}/${key}/${number}`;
  const address = context.shard(kind, key);
  if (number % 3 !== 0) {
    note({ t: "told", id, atMs: now() });
    address.tell({ type: "note", from, key, number });
    return;
  }
  note({ t: "asked", id, atMs: now() });
  void address
    .ask<string>((replyTo) => ({ type: "question", from, key, number, replyTo }), settings.askMs)
    .then(
      () => "answered",
      (error: unknown) => (error instanceof KernelError ? error.code : String(error)),
    )
    .then((how) => note({ t: "ended", id, how, atMs: now() }));
};

const talkerProps = (): Props<Map<string, number>, "talk"> => ({
  behavior: {
    initial: ({ timers }) => {
      timers.every("talk", everyMs, "talk");
      return new Map();
    },
    receive: (numbers, _, context) => {
      if (talking) talk(numbers, `${context.self.node}.${process.pid}`, context);
      return same;
    },
  },
});

const node = await startNode({
  config: loadConfig({ file: settings.configFile, env: {} }).config,
  clock: systemClock,
  random: systemRandom,
  log: createLog("fatal"),
  openStore: openStoreForTests,
  leaseMs: settings.leaseMs,
  ownedKinds: (store) => [ownedKind({ ...kind, space: store.space("notes"), props: notesProps })],
  actors: (system) => {
    system.spawn(talkerProps(), "talker");
    process.on("exit", () => note({ t: "letters", total: system.deadLetters.total }));
  },
});
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.on("message", (message) => {
  talking = false;
  if (message === "drain") void node.drain();
});
process.send?.("up");
await node.ended;
process.exit(0);
