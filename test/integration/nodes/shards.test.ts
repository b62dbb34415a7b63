import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { systemClock } from "../../../src/base/clock.ts";
import { endWithParent } from "../../../src/bin/node/process/end-with-parent.ts";
import { RedisServer } from "../../support/redis-server.ts";
import { script } from "../../support/script.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";
import type { ShardFact, ShardNodeSettings } from "./shard-node.ts";

const { file, execArgv } = script("shard-node", import.meta.url);
const leaseMs = 3_000;
const joinMs = 60_000;
const askMs = 4_000;
/** Answers that show that a node reaches the shards. */
const enough = 30;
/** What was told to a process so shortly before it was killed may have been in its memory. */
const inMemoryMs = 300;

class NodeProcess {
  readonly id: string;
  readonly #child: ChildProcess;
  readonly #log: string;
  up = false;

  constructor(id: string, folder: string, store: string) {
    this.id = id;
    this.#log = join(folder, `${id}.log`);
    const configFile = join(folder, `${id}.yaml`);
    writeFileSync(
      configFile,
      stringify({
        node: { id },
        store: { url: store },
        listen: { grpc: "127.0.0.1:0", http: "127.0.0.1:0" },
        control: { tokenFile: join(folder, "token", "operator-token") },
        scan: { scope: ["127.0.0.1"] },
      }),
    );
    const settings: ShardNodeSettings = { configFile, log: this.#log, leaseMs, askMs, shards: 48 };
    const { command, args } = endWithParent(process.execPath, [...execArgv, file, JSON.stringify(settings)]);
    this.#child = spawn(command, args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    this.#child.on("message", () => (this.up = true));
  }

  get over(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** "hush": it talks no more; "drain": it leaves too. */
  say(what: "hush" | "drain"): void {
    this.#child.send(what);
  }

  async kill(): Promise<void> {
    if (this.over) return;
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGKILL");
    await gone;
  }

  /** The last line of a process that was killed may have been cut short. */
  facts(): readonly ShardFact[] {
    if (!existsSync(this.#log)) return [];
    const lines = readFileSync(this.#log, "utf8").split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line) as ShardFact);
  }
}

type FactOf<Kind extends ShardFact["t"]> = Extract<ShardFact, { readonly t: Kind }>;
const only = <Kind extends ShardFact["t"]>(facts: readonly ShardFact[], kind: Kind): readonly FactOf<Kind>[] =>
  facts.filter((fact): fact is FactOf<Kind> => fact.t === kind);

describe("48 shards that are told and asked by three real nodes, on Redis", function () {
  this.timeout(150_000);
  const folder = tempDir("shards");
  const nodes: NodeProcess[] = [];
  let redis: RedisServer;

  before(async () => {
    redis = await RedisServer.start({ appendfsync: "no" });
  });

  after(async () => {
    await Promise.all(nodes.map((node) => node.kill()));
    await redis.stop();
    folder.remove();
  });

  const facts = (): readonly ShardFact[] => nodes.flatMap((node) => node.facts());
  const answeredSince = (ids: readonly string[], sinceMs: number): boolean =>
    ids.every((id) => {
      const mine = nodes.find((node) => node.id === id)?.facts() ?? [];
      return only(mine, "ended").filter(({ how, atMs }) => how === "answered" && atMs > sinceMs).length >= enough;
    });

  it("lose none in order and silence none while one is killed and another one drains", async () => {
    for (const id of ["a", "b", "c"]) nodes.push(new NodeProcess(id, folder.path, redis.url));
    const [last, killed, drained] = nodes;
    assert.ok(last !== undefined && killed !== undefined && drained !== undefined);
    await until(
      () => nodes.every(({ up }) => up),
      () => nodes.map(({ id, up }) => ({ id, up })),
      joinMs,
    );
    const upMs = systemClock.monotonicMs();
    await until(
      () => answeredSince(["a", "b", "c"], upMs),
      () => only(facts(), "ended").slice(-5),
      20_000,
    );

    const killedAtMs = systemClock.monotonicMs();
    await killed.kill();
    drained.say("drain");
    await until(
      () => drained.over,
      () => "the node that drains has not ended",
      20_000,
    );
    const overMs = systemClock.monotonicMs();
    await until(
      () => answeredSince(["a"], overMs),
      () => only(facts(), "ended").slice(-5),
      20_000,
    );
    const settledMs = systemClock.monotonicMs();
    last.say("hush");
    const open = (): number => only(last.facts(), "asked").length - only(last.facts(), "ended").length;
    await until(() => open() === 0, open, askMs + 1_000);
    last.say("drain");
    await until(
      () => nodes.every(({ over }) => over),
      () => "nodes have not ended",
      joinMs,
    );

    const all = facts();
    const handled = only(all, "handled").toSorted((one, other) => one.atMs - other.atMs);
    const latest = new Map<string, number>();
    for (const { pair, number } of handled) {
      assert.ok(number > (latest.get(pair) ?? 0), `${pair}: ${number} was handled after ${latest.get(pair)}`);
      latest.set(pair, number);
    }

    // Of those that live on: what was not handled is a dead letter, or was with the one that was killed.
    const ids = new Set(handled.map(({ id }) => id));
    const living = nodes.filter((node) => node !== killed).flatMap((node) => node.facts());
    const missing = only(living, "told").filter(({ id }) => !ids.has(id));
    const inMemory = missing.filter(({ atMs }) => atMs > killedAtMs - inMemoryMs && atMs <= killedAtMs + 5);
    const letters = only(living, "letters").reduce((sum, { total }) => sum + total, 0);
    const found = { told: only(living, "told").length, missing: missing.length, inMemory: inMemory.length, letters };
    assert.equal(only(living, "letters").length, 2);
    assert.ok(missing.length - inMemory.length <= letters, JSON.stringify(found));
    assert.ok(missing.length < found.told / 10, JSON.stringify(found));

    const asked = new Map(only(living, "asked").map((ask) => [ask.id, ask]));
    const ended = new Map(only(living, "ended").map((end) => [end.id, end]));
    for (const { id, atMs } of asked.values()) {
      const end = ended.get(id);
      // What a node asks while it leaves ends with its process.
      if (end === undefined && drained.facts().some((fact) => fact.t === "asked" && fact.id === id)) continue;
      assert.ok(end !== undefined, `${id} came to no end`);
      assert.ok(end.atMs - atMs < askMs + 500, `${id} took ${end.atMs - atMs} ms to be ${end.how}`);
      if (atMs > overMs + leaseMs && atMs < settledMs) assert.equal(end.how, "answered", `${id} after the take-over`);
    }
  });
});
