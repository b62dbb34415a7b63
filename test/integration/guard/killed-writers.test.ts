import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../../src/base/clock.ts";
import { openOwnFolder, readRows, SegmentReader, sharedFolders } from "../../../src/shared-memory/index.ts";
import { inRepository, testsBuilt } from "../../support/built.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";

/** As in the recording process: what it has folded and what one write under way may hold. */
const mostLost = 256;
const kills = 12;

interface Writer {
  readonly process: ChildProcess;
  readonly subject: string;
  readonly ledger: string;
}

describe("processes killed while they record accesses (GUARD-15, GUARD-16)", () => {
  const folder = tempDir("killed-writers");
  const shared = join(folder.path, "shared");
  const running = new Set<ChildProcess>();
  before(async () => {
    await testsBuilt();
    mkdirSync(shared, { mode: 0o700 });
    openOwnFolder(sharedFolders(shared).writers);
  });
  after(() => {
    for (const process of running) process.kill("SIGKILL");
    folder.remove();
  });

  const start = (number: number): Writer => {
    const [subject, ledger] = [`w${number}-`, join(folder.path, `ledger-${number}`)];
    const script = inRepository(".test/test/support/guard/recording-process.js");
    const child = spawn(process.execPath, [script, shared, subject, ledger], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    running.add(child);
    return { process: child, subject, ledger };
  };
  const ledgerOf = ({ ledger }: Writer): number => {
    try {
      return Number(readFileSync(ledger).readBigUInt64LE());
    } catch {
      return 0;
    }
  };

  it("lose no more than they had folded, and nothing is counted twice", async () => {
    const reader = new SegmentReader({ folder: sharedFolders(shared).writers, clock: systemClock }, []);
    const counted = new Map<string, number>();
    const read = (): void => {
      reader.read(1e7, (payload) => {
        const { rows } = readRows(payload) ?? assert.fail("a frame holds no rows");
        for (const { subject, passed } of rows) {
          const writer = subject.slice(0, subject.indexOf("-") + 1);
          counted.set(writer, (counted.get(writer) ?? 0) + passed);
        }
      });
      reader.release(reader.positions());
    };
    const writers: Writer[] = [];
    for (let number = 0; number < kills; number += 1) {
      const writer = start(number);
      writers.push(writer);
      await until(
        () => {
          read();
          return (counted.get(writer.subject) ?? 0) > 500 + number * 37;
        },
        () => ({ counted: [...counted], exit: writer.process.exitCode }),
      );
      const ended = once(writer.process, "exit");
      writer.process.kill("SIGKILL");
      await ended;
      running.delete(writer.process);
    }
    read();
    read();
    for (const writer of writers) {
      const missing = ledgerOf(writer) - (counted.get(writer.subject) ?? 0);
      assert.ok(missing >= -1 && missing <= mostLost, `${writer.subject} misses ${missing} of ${ledgerOf(writer)}`);
    }
    assert.deepEqual(reader.positions(), [], "nothing is left of those that are gone");
  });
});
