import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { systemClock } from "../../../src/base/clock.ts";
import { endWithParent } from "../../../src/bin/node/process/end-with-parent.ts";
import { createGuard, type Guard } from "../../../src/client/guard/index.ts";
import { createClient, type GarrisonClient } from "../../../src/client/index.ts";
import { parseInterceptRule } from "../../../src/engines/intercept/index.ts";
import { script } from "../../support/script.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";
import type { GuardNodeSettings } from "./guard-node.ts";

const { file, execArgv } = script("guard-node", import.meta.url);
const rule = parseInterceptRule({
  ...{ number: 1, name: "logins", subject: "account", threshold: 10, windowMs: 3_600_000, blockMs: 3_600_000 },
});
const more = rule.threshold + 1;
/** One actor of each kind; children come and go with their parents. */
const paths = [
  ...["/guard", "/guard/feed", "/guard/feed/rules", "/guard/feed/shard-3", "/guard/events"],
  ...["/guard/proxy", "/guard/proxy/reports", "/guard/proxy/table"],
  ...["/system/shards/guard", "/system/shards/guard/3"],
];

interface Tree {
  readonly path: string;
  readonly children: readonly Tree[];
}
const below = ({ path, children }: Tree): readonly string[] => [path, ...children.flatMap(below)];

describe("interception on a real node of which actors are killed by their paths", function () {
  this.timeout(240_000);
  const folder = tempDir("killed-actors");
  let node: ChildProcess;
  let client: GarrisonClient;
  let guard: Guard;

  before(async () => {
    const configFile = join(folder.path, "node.yaml");
    const tokenFile = join(folder.path, "token", "operator-token");
    const shared = join(folder.path, "shared");
    writeFileSync(
      configFile,
      stringify({
        node: { id: "a" },
        store: { url: "memory:" },
        listen: { grpc: "127.0.0.1:0", http: "127.0.0.1:0" },
        control: { tokenFile },
        scan: { scope: ["127.0.0.1"] },
        guard: {
          ...{ folder: shared, spoolFolder: join(folder.path, "spool"), skewMs: 60_000 },
          caps: { activeShare: 1 },
        },
      }),
    );
    const settings: GuardNodeSettings = { configFile, leaseMs: 3_000 };
    const { command, args } = endWithParent(process.execPath, [...execArgv, file, JSON.stringify(settings)]);
    node = spawn(command, args, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    let address = "";
    node.on("message", (said: string) => (address = said));
    await until(
      () => address !== "",
      () => ({ exit: node.exitCode }),
      60_000,
    );
    client = createClient({ address, token: readFileSync(tokenFile, "utf8").trim(), clock: systemClock });
    guard = createGuard({ folder: shared });
    await client.guard.putRule(rule);
  });
  after(async () => {
    guard.close();
    client.close();
    const gone = once(node, "exit");
    node.kill("SIGKILL");
    await gone;
    folder.remove();
  });

  const actors = async (): Promise<readonly string[]> => {
    for await (const [first] of client.control.watchActors({}, AbortSignal.timeout(5_000))) {
      return first?.root === undefined ? [] : below(first.root);
    }
    return [];
  };
  const isDenied = (account: string): boolean => guard.check({ rules: [rule.number], account }) === "deny";
  /** Accesses of a new account lead to its block at the front end. */
  const works = async (account: string): Promise<void> => {
    for (let left = more; left > 0; left -= 1) isDenied(account);
    await until(
      () => isDenied(account),
      () => ({ account, counts: guard.counts }),
      30_000,
    );
  };

  it("goes on from where it was after each kill and each restart", async () => {
    await works("first");
    let there: readonly string[] = [];
    await until(
      async () => {
        there = await actors();
        return paths.every((path) => there.includes(path));
      },
      () => ({ there }),
    );
    for (const blow of ["kill", "restart"] as const) {
      for (const path of paths) {
        await client.control[blow]("", path);
        await works(`after ${blow} of ${path}`);
        await until(
          async () => (await actors()).includes(path),
          () => ({ path }),
        );
      }
    }
    assert.ok(isDenied("first"), "nothing of before is forgotten");
  });
});
