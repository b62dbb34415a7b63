import assert from "node:assert/strict";
import type { SeenOrder } from "../../../src/bin/demo/respond/console-server.ts";
import type { Incident } from "../../../src/bin/demo/respond/incident.ts";
import { settleOrders } from "../../../src/bin/demo/respond/settle-orders.ts";

/** First a `PUT /stops/h`, then a `POST /tickets/h`. */
const incident: Incident = {
  kind: "mining",
  host: "h",
  orders: [
    { order: "PUT /stops/h", idempotent: true, stage: 0 },
    { order: "POST /tickets/h", idempotent: false, stage: 1 },
  ],
  end: { state: "done" },
};
const stop = (atMs: number, key = "run-1"): SeenOrder => ({ order: "PUT /stops/h", key, atMs });
const ticket = (atMs: number, key = "run-2"): SeenOrder => ({ order: "POST /tickets/h", key, atMs });
const settled = (seen: readonly SeenOrder[], unanswered = 0) =>
  settleOrders([incident], seen, { unanswered, killedAtMs: 100 });

describe("the ledger of answered events", () => {
  it("counts every order that the console has seen as done", () => {
    assert.deepEqual(settled([stop(10), ticket(20)]), {
      ...{ system: "respond", planned: 2, done: 2, doneTwice: 0, lost: 0, restarts: 1, takeoverMs: 0 },
    });
  });

  it("counts an order that was not seen, and an event of which nobody knows, as lost", () => {
    const { done, lost } = settled([stop(10)], 3);
    assert.deepEqual({ done, lost }, { done: 1, lost: 4 });
  });

  it("excuses that a run repeats an idempotent order, whose takeover it then times", () => {
    const { doneTwice, takeoverMs } = settled([stop(10), stop(140), ticket(200)]);
    assert.deepEqual({ doneTwice, takeoverMs }, { doneTwice: 0, takeoverMs: 40 });
  });

  it("counts any other order that was given again as done twice", () => {
    assert.equal(settled([stop(10), ticket(20), ticket(140)]).doneTwice, 1);
  });

  it("counts an order that another run gives again as done twice", () => {
    assert.equal(settled([stop(10), stop(15, "run-9"), ticket(20)]).doneTwice, 1);
  });

  it("counts an order as done twice that is given again although what follows from it was given", () => {
    assert.equal(settled([stop(10), ticket(20), stop(140)]).doneTwice, 1);
  });

  it("has no takeover when nobody was killed", () => {
    const ledger = settleOrders([incident], [stop(10), stop(140), ticket(200)], {
      unanswered: 0,
      killedAtMs: undefined,
    });
    assert.deepEqual([ledger.restarts, ledger.takeoverMs], [0, 0]);
  });
});
