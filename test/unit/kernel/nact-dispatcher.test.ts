import assert from "node:assert/strict";
import { systemClock } from "../../../src/base/clock.ts";
import { ActorSystem, type Address, type ReplyTo, type Runnable } from "../../../src/kernel/index.ts";
import { nactDispatchers } from "../../../src/kernel/dispatch/nact-dispatcher.ts";
import { actor } from "../../support/actors.ts";
import { CapturedLog } from "../../support/captured-log.ts";
import { until } from "../../support/until.ts";

/** Far above the dispatcher's 5 ms, so that a loaded machine passes and a starved event loop does not. */
const latestMs = 1_000;

/** How long a 10 ms timer of the event loop takes to fire. */
const timerMs = async (): Promise<number> => {
  const startMs = performance.now();
  await new Promise((resolve) => systemClock.after(10, () => resolve(undefined)));
  return performance.now() - startMs;
};

describe("the nact dispatcher", () => {
  let system: ActorSystem;
  /** Ends the work of the test, also when the test has failed. */
  let going = true;

  beforeEach(() => {
    going = true;
    system = new ActorSystem({ node: "test", log: new CapturedLog().logger });
  });

  afterEach(async () => {
    going = false;
    await system.stop();
  });

  it("leaves the event loop its turns while actors flood each other", async () => {
    const addresses: Address<number>[] = [];
    for (let i = 0; i < 10; i += 1) {
      const flooder = actor<number>((hops) => {
        if (going) addresses[hops % 10]?.tell(hops + 1);
      });
      addresses.push(system.spawn(flooder, `flooder-${i}`));
    }
    for (const address of addresses) address.tell(0);
    assert.ok((await timerMs()) < latestMs);
  });

  it("leaves the event loop its turns while async actors ask each other without end", async () => {
    // A defect here never lets a timer fire: the asks end by themselves so that the test fails instead of hanging.
    const endMs = performance.now() + 2 * latestMs;
    const echo = system.spawn(
      actor<ReplyTo<number>>((replyTo) => void replyTo.tell(1)),
      "echo",
    );
    const asker = system.spawn(
      actor<"ask">(async (_message, { self }) => {
        await echo.ask<number>((replyTo) => replyTo, 5_000);
        if (going && performance.now() < endMs) self.tell("ask");
      }),
      "asker",
    );
    asker.tell("ask");
    assert.ok((await timerMs()) < latestMs);
  });

  it("leaves the event loop its turns while an actor crashes in initial without end", async () => {
    let lives = 0;
    const never = actor<never>(() => undefined, {
      initial: () => {
        lives += 1;
        if (going && lives < 900_000) throw new Error("never begins");
        return undefined;
      },
    });
    const parent = actor<never>(() => undefined, {
      supervision: { maxRestarts: 1_000_000, withinMs: 60_000, backoff: undefined },
      initial: (context) => void context.spawn(never, "never"),
    });
    system.spawn(parent, "parent");
    assert.ok((await timerMs()) < latestMs);
    assert.ok(lives > 1);
  });

  it("reports what escapes from a runnable, and goes on with the others", async () => {
    const escaped: Error[] = [];
    const dispatchers = nactDispatchers(systemClock, (error) => void escaped.push(error));
    const ran: string[] = [];
    const runnable = (name: string, run: () => void): Runnable => ({
      scheduled: true,
      again: true,
      run() {
        ran.push(name);
        run();
        this.again = false;
        return 1;
      },
    });
    const broken = runnable("broken", () => {
      throw new Error("a defect");
    });
    try {
      dispatchers.default.schedule(broken);
      dispatchers.default.schedule(runnable("sound", () => undefined));
      await until(
        () => ran.length >= 2,
        () => ran,
      );
      assert.deepEqual(ran, ["broken", "sound"]);
      assert.deepEqual([escaped.map(({ message }) => message), broken.scheduled], [["a defect"], false]);
    } finally {
      dispatchers.close();
    }
  });

  it("lets actors on the system dispatcher answer while the default one is flooded", async () => {
    const flooder = system.spawn(
      actor<number>((_hops, { self }) => {
        if (going) self.tell(0);
      }),
      "flooder",
    );
    for (let i = 0; i < 1_000; i += 1) flooder.tell(i);
    const control = system.spawn(
      actor<ReplyTo<string>>((replyTo) => void replyTo.tell("here"), { dispatcher: "system" }),
      "control",
    );
    assert.equal(await control.ask<string>((replyTo) => replyTo, latestMs), "here");
  });
});
