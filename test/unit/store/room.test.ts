import assert from "node:assert/strict";
import { judgeRoom } from "../../../src/store/embedded/room.ts";
import { StoreError } from "../../../src/store/index.ts";

const bounds = { free: 10, freeToAdd: 20 };
const used = (bytes: number) => (): number => bytes;

describe("judgeRoom", () => {
  it("refuses every write when the disk has too little, and only what adds before that", () => {
    assert.throws(
      () => judgeRoom("/store", { free: 9, used: used(0) }, bounds),
      (error: unknown) => error instanceof StoreError && error.code === "full" && error.retryable,
    );
    assert.match(String(judgeRoom("/store", { free: 10, used: used(0) }, bounds)), /10 bytes left: 20 are needed/);
    assert.equal(judgeRoom("/store", { free: 20, used: used(10 ** 15) }, bounds), undefined);
  });

  it("refuses what adds when the data has reached its bound, however large the disk is", () => {
    const room = { free: 10 ** 12, used: used(100) };
    assert.match(
      String(judgeRoom("/store", room, { ...bounds, most: 100 })),
      /has 100 bytes: store.maxBytes allows 100/,
    );
    assert.equal(judgeRoom("/store", room, { ...bounds, most: 101 }), undefined);
  });
});
