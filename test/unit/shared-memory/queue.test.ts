import assert from "node:assert/strict";
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { frameOf } from "../../../src/shared-memory/frame.ts";
import { openOwnFolder } from "../../../src/shared-memory/folder.ts";
import {
  readRows,
  ReportQueue,
  SegmentReader,
  sharedFolders,
  type Position,
} from "../../../src/shared-memory/index.ts";
import { ownMark } from "../../../src/shared-memory/queue/process-mark.ts";
import { SegmentWriter } from "../../../src/shared-memory/queue/segment-writer.ts";
import { segmentFile, writerFolder } from "../../../src/shared-memory/queue/segments.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { tempDir } from "../../support/temp-dir.ts";

const live = writerFolder({ mark: ownMark(), tail: "live" });
/** No process has it: its number is in use, by one that started at another time. */
const gone = writerFolder({ mark: { ...ownMark(), started: "1" }, tail: "gone" });

describe("the queue in shared memory", () => {
  const folder = tempDir("queue");
  const { writers } = sharedFolders(folder.path);
  let clock: ManualClock;
  beforeEach(() => {
    clock = new ManualClock();
    rmSync(folder.path, { recursive: true, force: true });
    mkdirSync(folder.path, { mode: 0o700 });
    openOwnFolder(writers);
  });
  after(() => folder.remove());

  const writer = (name: string, maxSegments = 100): SegmentWriter =>
    new SegmentWriter({ folder: writers, writer: name, segmentBytes: 100, maxSegments });
  const frame = (text: string): Buffer => frameOf(Buffer.from(text));
  const reader = (positions: readonly Position[] = []): SegmentReader =>
    new SegmentReader({ folder: writers, clock }, positions);
  const read = (from: SegmentReader, maxBytes = 1e6): string[] => {
    const payloads: string[] = [];
    from.read(maxBytes, (payload) => payloads.push(payload.toString()));
    return payloads;
  };
  const files = (name: string): string[] => readdirSync(join(writers, name)).toSorted();

  it("hands on what each writer appended, in its order, and removes what is safe elsewhere", () => {
    const [one, other] = [writer(live), writer(`${live}2`)];
    const sent = Array.from({ length: 20 }, (_, at) => `payload ${at}`);
    for (const payload of sent) assert.ok(one.append(frame(payload)));
    assert.ok(other.append(frame("of another")));
    const from = reader();
    const got = read(from);
    assert.deepEqual(
      got.filter((payload) => payload !== "of another"),
      sent,
    );
    assert.equal(got.length, 21);
    assert.deepEqual(read(from), []);
    assert.ok(files(live).length > 3);
    from.release(from.positions());
    assert.equal(files(live).length, 1, "the one to which the writer appends");
    assert.ok(one.append(frame("later")));
    assert.deepEqual(read(from), ["later"]);
  });

  it("is read on from where another reader was (GUARD-16)", () => {
    const one = writer(live);
    for (const payload of ["a", "b", "c", "d", "e", "f", "g", "h"]) one.append(frame(payload));
    const first = reader();
    assert.deepEqual(read(first, 1).length > 0, true);
    const { length } = [...read(reader(first.positions()))];
    assert.ok(length < 8 && length > 0);
    assert.deepEqual(read(reader([])).length, 8);
  });

  it("is read in pieces of a size, so that no writer keeps the others waiting", () => {
    const [one, other] = [writer(live), writer(`${live}2`)];
    for (let each = 0; each < 20; each += 1) one.append(frame(`much ${each}`));
    other.append(frame("little"));
    const from = reader();
    const pieces = Array.from({ length: 8 }, () => read(from, 40));
    assert.ok(pieces.every(({ length }) => length <= 3));
    assert.ok(pieces.flat().includes("little"), JSON.stringify(pieces));
    while (read(from, 40).length > 0);
    from.release([]);
    rmSync(writers, { recursive: true });
    openOwnFolder(writers);
    from.release([]);
    assert.deepEqual(from.positions(), [], "nothing is kept of folders that are not there");
  });

  it("has a bound, and takes again what comes when it has been read (GUARD-13)", () => {
    const one = writer(live, 2);
    let taken = 0;
    while (one.append(frame("0123456789"))) taken += 1;
    assert.equal(taken, 8);
    const from = reader();
    assert.equal(read(from).length, 8);
    assert.equal(one.append(frame("x")), false);
    from.release(from.positions());
    assert.ok(one.append(frame("y")));
    assert.deepEqual(read(from), ["y"]);
  });

  it("gives up what a dead writer left half written, says so, and removes its folder (GUARD-15)", () => {
    writer(gone).append(frame("whole"));
    appendFileSync(join(writers, gone, segmentFile(1)), frame("half").subarray(0, 14));
    const from = reader();
    const payloads: string[] = [];
    const { torn } = from.read(1e6, (payload) => payloads.push(payload.toString()));
    assert.deepEqual([payloads, torn], [["whole"], 1]);
    from.release([]);
    assert.ok(readdirSync(writers).includes(gone), "it was not told to be safe");
    from.release(from.positions());
    assert.deepEqual(readdirSync(writers), []);
    assert.deepEqual(from.positions(), []);
  });

  it("waits for the rest of what a live writer is writing", () => {
    writer(live).append(frame("whole"));
    const half = frame("half");
    const path = join(writers, live, segmentFile(1));
    appendFileSync(path, half.subarray(0, 14));
    const from = reader();
    assert.deepEqual(read(from), ["whole"]);
    from.release(from.positions());
    appendFileSync(path, half.subarray(14));
    assert.deepEqual(read(from), ["half"]);
  });

  it("goes on in another file when one was spoilt, and leaves out folders that are no writer's", () => {
    mkdirSync(join(writers, "lost+found"));
    const one = writer(live);
    for (const payload of ["first", "second", "third", "fourth", "fifth", "sixth", "seventh"])
      one.append(frame(payload));
    const path = join(writers, live, segmentFile(1));
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.fill(0, frame("first").length));
    const payloads: string[] = [];
    const { torn } = reader().read(1e6, (payload) => payloads.push(payload.toString()));
    assert.deepEqual([payloads, torn], [["first", "sixth", "seventh"], 1]);
  });

  it("begins another file when its folder was taken away", () => {
    const one = writer(live);
    one.append(frame("lost"));
    rmSync(join(writers, live), { recursive: true });
    assert.ok(one.append(frame("kept")));
    assert.deepEqual(read(reader()), ["kept"]);
  });

  it("keeps a writer of another PID namespace until it has been silent for a while, and loses nothing of one that was not gone", () => {
    const away = writerFolder({ mark: { ...ownMark(), namespace: "1" }, tail: "away" });
    const one = writer(away);
    one.append(frame("first"));
    utimesSync(join(writers, away, segmentFile(1)), clock.wallMs() / 1_000, clock.wallMs() / 1_000);
    clock.advance(59_000);
    const from = reader();
    assert.deepEqual(read(from), ["first"]);
    from.release(from.positions());
    assert.deepEqual(files(away), [segmentFile(1)]);
    clock.advance(2_000);
    from.release(from.positions());
    assert.deepEqual(readdirSync(writers), []);
    one.append(frame("second"));
    assert.deepEqual(read(from), ["second"]);
  });

  it("passes over what is no file", () => {
    mkdirSync(join(writers, gone, segmentFile(1)), { recursive: true });
    writeFileSync(join(writers, gone, segmentFile(2)), frame("behind"));
    writeFileSync(join(writers, `${gone}2`), "");
    const from = reader();
    assert.deepEqual(read(from), ["behind"]);
    from.release(from.positions());
    assert.deepEqual(readdirSync(writers), []);
  });

  it("is used in a folder for us alone only (GUARD-18)", () => {
    chmodSync(writers, 0o777);
    assert.throws(() => writer(live), { code: "unsafe-folder", message: /chmod 700/ });
    rmSync(writers, { recursive: true });
    symlinkSync(folder.path, writers);
    assert.throws(() => writer(live), { code: "unsafe-folder", message: /symbolic link/ });
    rmSync(writers);
    writeFileSync(writers, "");
    assert.throws(() => writer(live), { code: "unusable-folder" });
  });

  it("gets accesses by number and by age, and counts those for which it has no room", () => {
    const options = { folder: folder.path, clock, tail: "a", foldMs: 10, foldAccesses: 4 };
    const queue = new ReportQueue({ ...options, segmentBytes: 65_536, maxSegments: 1 });
    const from = reader();
    const passed = (): number => {
      let count = 0;
      from.read(1e6, (payload) => {
        for (const row of readRows(payload)?.rows ?? []) count += row.passed;
      });
      return count;
    };
    const add = (times: number): void => {
      for (let each = 0; each < times; each += 1) {
        queue.add({ rule: 1, subject: "a", value: undefined, atMs: 0, intercepted: false }, clock.wallMs());
      }
    };
    add(3);
    assert.equal(passed(), 0);
    add(1);
    assert.equal(passed(), 4);
    add(1);
    clock.advance(9);
    assert.equal(passed(), 0);
    clock.advance(1);
    assert.equal(passed(), 1);
    queue.close();
    const full = new ReportQueue({ ...options, tail: "b", segmentBytes: 65_536, maxSegments: 0 });
    full.add({ rule: 1, subject: "a", value: undefined, atMs: 0, intercepted: false }, clock.wallMs());
    full.close();
    assert.deepEqual(full.counts, { recorded: 1, dropped: 1 });
  });
});
