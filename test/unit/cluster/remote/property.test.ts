import fc from "fast-check";
import { RandomPlay, type Step } from "./random-play.ts";

const orderly = ["tell", "tell", "watch", "unwatch", "stop", "spawn", "cut", "heal", "reset", "wait"] as const;
const deadly = [...orderly, "crash", "restart"] as const;

const stepsOf = (verbs: readonly Step["verb"][]): fc.Arbitrary<readonly Step[]> =>
  fc.array(
    fc.record({
      verb: fc.constantFrom(...verbs),
      from: fc.nat(2),
      to: fc.nat(2),
      much: fc.nat(6),
    }),
    { minLength: 5, maxLength: 40 },
  );

const played = async (seed: number, steps: readonly Step[], check: (play: RandomPlay) => void): Promise<void> => {
  const play = new RandomPlay(seed);
  try {
    await play.play(steps);
    check(play);
  } finally {
    await play.world.close();
  }
};

describe("actors of three nodes, whatever they and the network do", function () {
  this.timeout(60_000);

  it("lose and double no message and no end while no node crashes", () =>
    fc.assert(
      fc.asyncProperty(fc.nat(), stepsOf(orderly), (seed, steps) =>
        played(seed, steps, (play) => {
          play.checkOrder();
          play.checkSum();
          play.checkWatches();
          play.checkTables();
        }),
      ),
      { numRuns: 25 },
    ));

  it("hear of every end once, and messages in order, when nodes crash and come back", () =>
    fc.assert(
      fc.asyncProperty(fc.nat(), stepsOf(deadly), (seed, steps) =>
        played(seed, steps, (play) => {
          play.checkOrder();
          play.checkWatches();
          play.checkTables();
        }),
      ),
      { numRuns: 25 },
    ));
});
