import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { seededRandom } from "../../../src/base/random.ts";
import { openOwnFolder, sharedFolders } from "../../../src/shared-memory/index.ts";
import { CountingService } from "../../support/guard/counting-service.ts";
import { script } from "../../support/script.ts";
import { seedOf } from "../../support/seed.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";

/** As in the recording process: what it has folded and what one write under way may hold. */
const mostLost = 256;
const kills = Number(process.env["GARRISON_PROXY_KILLS"] ?? 12);
const killsOfOneWriter = 5;
/** After its first report a proxy may live for so long. */
const longestLifeMs = 250;
/** Nothing is left of what was recorded. */
const longestDrainMs = 120_000;

interface Writer {
  readonly process: ChildProcess;
  readonly subject: string;
  readonly ledger: string;
}

describe("a proxy that is killed over and over (GUARD-14, GUARD-16)", () => {
  const seed = seedOf(10);
  const random = seededRandom(seed);
  const folder = tempDir("killed-proxies");
  const [shared, spool] = [join(folder.path, "shared"), join(folder.path, "spool")];
  const service = new CountingService(seededRandom(seed + 1));
  const running = new Set<ChildProcess>();
  const writers: Writer[] = [];
  let url: string;
  before(async () => {
    mkdirSync(shared, { mode: 0o700 });
    openOwnFolder(sharedFolders(shared).writers);
    url = await service.listen();
  });
  after(async () => {
    for (const child of running) child.kill("SIGKILL");
    await service.close();
    folder.remove();
  });

  const start = (name: string, ...args: readonly string[]): ChildProcess => {
    const { file, execArgv } = script(`../../support/guard/${name}`, import.meta.url);
    const child = spawn(process.execPath, [...execArgv, file, ...args], { stdio: ["ignore", "ignore", "inherit"] });
    running.add(child);
    return child;
  };
  const kill = async (child: ChildProcess): Promise<void> => {
    assert.equal(child.exitCode, null, "it has ended by itself");
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    running.delete(child);
  };
  const startWriter = (): Writer => {
    const number = writers.length;
    const [subject, ledger] = [`w${number}-`, join(folder.path, `ledger-${number}`)];
    const writer = { process: start("recording-process", shared, subject, ledger), subject, ledger };
    writers.push(writer);
    return writer;
  };
  const recorded = ({ ledger }: Writer): number => {
    try {
      return Number(readFileSync(ledger).readBigUInt64LE());
    } catch {
      return 0;
    }
  };
  const counted = ({ subject }: Writer): number => {
    let sum = 0;
    for (const [name, count] of service.counted) if (name.startsWith(subject)) sum += count;
    return sum;
  };

  it("counts each access once, but for those that a killed front end had not written", async () => {
    let writer = startWriter();
    // From the start of a process to its first report; the moments of the kills are spread around it.
    let startMs = 0;
    for (let killed = 0; killed < kills; killed += 1) {
      const before = service.reports;
      const began = performance.now();
      const proxy = start("proxy-process", shared, spool, url);
      if (killed === 0) {
        await until(
          () => service.reports > before,
          () => ({ seed, exit: proxy.exitCode }),
        );
        startMs = performance.now() - began;
      }
      await pause((startMs + longestLifeMs) * (0.5 + random.next() / 2));
      await kill(proxy);
      if (killed % killsOfOneWriter !== 0) continue;
      await kill(writer.process);
      writer = startWriter();
    }
    await kill(writer.process);
    service.failing = false;
    const last = start("proxy-process", shared, spool, url);
    const left = (): readonly string[] => [
      ...readdirSync(sharedFolders(shared).writers),
      ...readdirSync(spool).filter((file) => file.endsWith(".part")),
    ];
    await until(
      () => left().length === 0,
      () => ({ seed, left: left().slice(0, 5), exit: last.exitCode }),
      longestDrainMs,
    );
    await kill(last);
    assert.deepEqual(service.broken, [], `seed ${seed}`);
    assert.ok(service.repeated > 0, "no report was ever sent again: the run was too easy");
    for (const each of writers) {
      const missing = recorded(each) - counted(each);
      const what = `seed ${seed}: ${each.subject} misses ${missing} of ${recorded(each)}`;
      assert.ok(missing >= -1 && missing <= mostLost, what);
    }
  }).timeout(600_000);
});
