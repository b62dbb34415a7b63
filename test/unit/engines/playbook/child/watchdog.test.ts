import assert from "node:assert/strict";
import { Duplex } from "node:stream";
import { nextTurn } from "../../../../../src/base/event-loop.ts";
import { beatMs } from "../../../../../src/engines/playbook/child/watchdog/pulse.ts";
import { serveWatchdog } from "../../../../../src/engines/playbook/child/watchdog/serve-watchdog.ts";
import { ManualClock } from "../../../../support/manual-clock.ts";

const stallMs = 1_000;
const everyMs = beatMs(stallMs);

/** A watchdog with a main thread that beats when it is told to. */
class Watch {
  readonly clock = new ManualClock();
  readonly counter: Int32Array;
  readonly life: Duplex;
  frames = "";
  ends = 0;

  constructor() {
    const shared = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    this.counter = new Int32Array(shared);
    this.life = new Duplex({
      read: () => undefined,
      write: (chunk: Buffer, _encoding, done) => {
        this.frames += chunk.subarray(4).toString();
        done();
      },
    });
    const endAll = (): void => {
      this.ends += 1;
    };
    serveWatchdog({ life: this.life, clock: this.clock, shared, stallMs, endAll });
  }

  beat(): void {
    Atomics.add(this.counter, 0, 1);
  }
}

describe("the thread that watches over a run", () => {
  it("says nothing before the main thread beats, nor while it does", () => {
    const watch = new Watch();
    watch.clock.advance(10 * stallMs);
    for (let n = 0; n < 100; n += 1) {
      watch.beat();
      watch.clock.advance(everyMs);
    }
    assert.equal(watch.frames, "");
  });

  it("says once that the main thread is silent for too long", () => {
    const watch = new Watch();
    watch.beat();
    watch.clock.advance(stallMs);
    assert.equal(watch.frames, "");
    watch.clock.advance(2 * everyMs);
    assert.deepEqual(JSON.parse(watch.frames), { type: "stalled", forMs: stallMs });
    watch.clock.advance(10 * stallMs);
    assert.deepEqual(JSON.parse(watch.frames), { type: "stalled", forMs: stallMs });
  });

  it("does not take a process that was frozen for a silent one", () => {
    const watch = new Watch();
    const look = watch.clock.after.bind(watch.clock);
    watch.beat();
    watch.clock.advance(everyMs);
    // Time goes by and nobody looks: what is due comes late.
    watch.clock.after = (delayMs, run) => look(delayMs + 10 * stallMs, run);
    watch.clock.advance(everyMs);
    watch.clock.after = look;
    watch.clock.advance(10 * stallMs + everyMs);
    assert.equal(watch.frames, "");
  });

  it("ends everything when the node is gone or speaks", async () => {
    const gone = new Watch();
    gone.life.push(null);
    const spoken = new Watch();
    spoken.life.push(Buffer.from("hello"));
    const failed = new Watch();
    failed.life.destroy(new Error("ECONNRESET"));
    await nextTurn();
    await nextTurn();
    assert.deepEqual([gone.ends, spoken.ends, failed.ends], [1, 1, 1]);
  });
});
