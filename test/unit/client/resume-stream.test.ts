import assert from "node:assert/strict";
import { ClientError, type CallErrorCode } from "../../../src/client/index.ts";
import { resumeStream } from "../../../src/client/resume-stream.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { until } from "../../support/until.ts";

type Attempt = readonly (number | CallErrorCode)[];

async function* play(attempt: Attempt): AsyncGenerator<number, void> {
  for (const step of attempt) {
    if (typeof step === "number") yield step;
    else throw new ClientError(step, step);
  }
  await Promise.resolve();
}

/** Streams as given, one for each attempt; a code ends it with that error. The last one is repeated. */
const script = (
  attempts: readonly Attempt[],
): { readonly opened: () => number; readonly open: () => AsyncIterable<number> } => {
  let opened = 0;
  return {
    opened: (): number => opened,
    open: (): AsyncIterable<number> => play(attempts[Math.min((opened += 1), attempts.length) - 1] ?? []),
  };
};

/** Runs it to its end while time passes. */
const collect = async (open: () => AsyncIterable<number>, signal: AbortSignal, clock: ManualClock) => {
  const seen: number[] = [];
  let done = false;
  let error: unknown;
  const run = (async () => {
    for await (const value of resumeStream(open, { clock, signal })) seen.push(value);
  })()
    .catch((thrown: unknown) => (error = thrown))
    .finally(() => (done = true));
  await until(
    () => {
      clock.advance(100);
      return done;
    },
    () => seen,
  );
  await run;
  return { seen, error };
};

describe("a stream that is resumed", () => {
  const { signal } = new AbortController();

  it("goes on after every end that says nothing about what is watched", async () => {
    const passing: readonly Attempt[] = [[1, "unavailable"], [2, "deadline"], ["cancelled"], [3, "internal"], [4]];
    const { open } = script(passing);
    const { seen, error } = await collect(open, signal, new ManualClock());
    assert.deepEqual(seen, [1, 2, 3, 4]);
    assert.equal(error, undefined);
  });

  it("ends with what another attempt does not mend", async () => {
    for (const code of ["not-found", "unauthenticated", "invalid", "permission-denied", "unimplemented"] as const) {
      const { open, opened } = script([[1, code]]);
      const { error } = await collect(open, signal, new ManualClock());
      assert.ok(error instanceof ClientError && error.code === code);
      assert.equal(opened(), 1);
    }
  });

  it("ends with the last error after 30 s in which nothing came, with growing pauses before", async () => {
    const clock = new ManualClock();
    const startMs = clock.monotonicMs();
    const { open, opened } = script([["unavailable"]]);
    const { error } = await collect(open, signal, clock);
    assert.ok(error instanceof ClientError && error.code === "unavailable");
    const tookMs = clock.monotonicMs() - startMs;
    assert.ok(tookMs > 30_000 && tookMs < 35_000, `${tookMs} ms`);
    assert.ok(opened() > 15 && opened() < 25, `${opened()} attempts`);
  });

  it("lasts as long as something comes now and then: each attempt that brings something counts", async () => {
    const attempts: Attempt[] = Array.from({ length: 500 }, (_, index) => [index, "deadline"]);
    const { seen, error } = await collect(script([...attempts, [500]]).open, signal, new ManualClock());
    assert.equal(seen.length, 501);
    assert.equal(error, undefined);
  });

  it("ends quietly once nobody wants it any more, also in a pause", async () => {
    const controller = new AbortController();
    const clock = new ManualClock();
    const { open } = script([["unavailable"]]);
    const run = resumeStream(open, { clock, signal: controller.signal }).next();
    await until(
      () => clock.pending === 1,
      () => clock.pending,
    );
    controller.abort();
    assert.equal((await run).done, true);
    assert.equal(clock.pending, 0);
  });
});
