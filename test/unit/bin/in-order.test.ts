import assert from "node:assert/strict";
import { inOrder } from "../../../src/bin/calls/in-order.ts";
import { gate, type Gate } from "../../support/actors.ts";
import { until } from "../../support/until.ts";

async function* counted(to: number, taken: number[] = []): AsyncGenerator<number> {
  for (let at = 0; at < to; at += 1) {
    taken.push(at);
    yield await Promise.resolve(at);
  }
}

const collect = async <Item>(items: AsyncIterable<Item>, into: Item[] = []): Promise<Item[]> => {
  for await (const item of items) into.push(item);
  return into;
};

describe("working on items side by side", () => {
  it("yields results in the order of the items, whichever ends first", async () => {
    const gates = Array.from({ length: 3 }, gate);
    const results = collect(
      inOrder(counted(3), 3, async (at) => {
        await gates[at]?.opened;
        return at * 10;
      }),
    );
    for (const each of gates.toReversed()) each.open();
    assert.deepEqual(await results, [0, 10, 20]);
  });

  it("takes no more items than may wait for the first", async () => {
    const first: Gate = gate();
    const taken: number[] = [];
    const results: number[] = [];
    const done = collect(
      inOrder(counted(100, taken), 4, (at) => (at === 0 ? first.opened.then(() => at) : Promise.resolve(at))),
      results,
    );
    await until(
      () => taken.length === 4,
      () => taken,
    );
    assert.deepEqual(results, []);
    first.open();
    await done;
    assert.deepEqual(
      results,
      Array.from({ length: 100 }, (_, at) => at),
    );
  });

  it("yields what is ready while the source is slow", async () => {
    const slow: Gate = gate();
    const source = async function* (): AsyncGenerator<number> {
      yield 1;
      await slow.opened;
      yield 2;
    };
    const results: number[] = [];
    const done = collect(
      inOrder(source(), 8, (item) => Promise.resolve(item)),
      results,
    );
    await until(
      () => results.length === 1,
      () => results,
    );
    slow.open();
    assert.deepEqual(await done, [1, 2]);
  });

  it("throws what the source throws once the results before it are out", async () => {
    const source = async function* (): AsyncGenerator<number> {
      yield* counted(2);
      throw new Error("line 3");
    };
    const results: number[] = [];
    await assert.rejects(
      collect(
        inOrder(source(), 8, (item) => Promise.resolve(item)),
        results,
      ),
      /line 3/,
    );
    assert.deepEqual(results, [0, 1]);
  });

  it("lets go of the source when its reader leaves", async () => {
    let released = false;
    const source = async function* (): AsyncGenerator<number> {
      try {
        yield* counted(100);
      } finally {
        released = true;
      }
    };
    const results = inOrder(source(), 1, (item) => Promise.resolve(item));
    await results.next();
    await results.return(undefined);
    await until(
      () => released,
      () => released,
    );
  });
});
