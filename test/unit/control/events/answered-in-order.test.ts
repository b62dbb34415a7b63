import assert from "node:assert/strict";
import { answeredInOrder } from "../../../../src/control/events/answered-in-order.ts";
import { until } from "../../../support/until.ts";

/** Requests that a test sends, and answers that it gives. */
class Exchange {
  readonly taken: number[] = [];
  readonly given: string[] = [];
  failure: unknown;
  readonly #settle = new Map<number, { resolve(answer: string): void; reject(error: Error): void }>();
  readonly ended: Promise<void>;

  constructor(requests: AsyncIterable<number>, window: number) {
    const serve = (request: number): Promise<string> => {
      this.taken.push(request);
      return new Promise((resolve, reject) => this.#settle.set(request, { resolve, reject }));
    };
    this.ended = (async () => {
      try {
        for await (const answer of answeredInOrder(requests, serve, window)) this.given.push(answer);
      } catch (error) {
        this.failure = error;
      }
    })();
  }

  answer(request: number): void {
    this.#settle.get(request)?.resolve(`answer ${request}`);
  }

  fail(request: number): void {
    this.#settle.get(request)?.reject(new Error(`no answer to ${request}`));
  }

  taking(count: number): Promise<void> {
    return until(
      () => this.taken.length === count,
      () => this.taken,
    );
  }
}

/** The numbers from 1 on, and then the error if there is one. */
async function* upTo(count: number, error?: Error): AsyncGenerator<number, void> {
  for (let request = 1; request <= count; request += 1) yield Promise.resolve(request);
  if (error !== undefined) throw error;
}

describe("answers in the order of their requests", () => {
  it("are given in that order, whichever is known first, and requests are taken as long as the window is open", async () => {
    const exchange = new Exchange(upTo(5), 3);
    await exchange.taking(3);
    exchange.answer(2);
    exchange.answer(3);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([exchange.taken, exchange.given], [[1, 2, 3], []], "the first has no answer: no place is free");
    exchange.answer(1);
    await exchange.taking(5);
    assert.deepEqual(exchange.given, ["answer 1", "answer 2", "answer 3"]);
    exchange.answer(5);
    exchange.answer(4);
    await exchange.ended;
    assert.deepEqual([exchange.given.length, exchange.failure], [5, undefined]);
  });

  it("end with the error of a request, after the answers before it", async () => {
    const exchange = new Exchange(upTo(3), 3);
    await exchange.taking(3);
    exchange.fail(2);
    exchange.answer(3);
    exchange.answer(1);
    await exchange.ended;
    assert.deepEqual(exchange.given, ["answer 1"]);
    assert.equal(String(exchange.failure), "Error: no answer to 2");
  });

  it("are all given before the error by which the requests end", async () => {
    const exchange = new Exchange(upTo(2, new Error("gone")), 3);
    await exchange.taking(2);
    exchange.answer(2);
    exchange.answer(1);
    await exchange.ended;
    assert.deepEqual(exchange.given, ["answer 1", "answer 2"]);
    assert.equal(String(exchange.failure), "Error: gone");
  });
});
