import assert from "node:assert/strict";
import { EventLoop } from "../../simulation/event-loop.ts";

describe("the event loop of a simulated process", () => {
  it("hears nothing while it is frozen, and everything in order after the thaw", () => {
    const loop = new EventLoop();
    const heard: string[] = [];
    const say = (word: string): void => loop.enter(() => heard.push(word));
    say("at once");
    loop.freeze();
    say("first");
    say("second");
    assert.deepEqual([heard, loop.ready], [["at once"], false]);
    loop.thaw();
    say("third");
    assert.deepEqual(heard, ["at once"]);
    while (loop.ready) loop.step();
    say("at once again");
    assert.deepEqual(heard, ["at once", "first", "second", "third", "at once again"]);
  });

  it("hears nothing more when it is closed", () => {
    const loop = new EventLoop();
    const heard: string[] = [];
    loop.freeze();
    loop.enter(() => heard.push("late"));
    loop.close();
    loop.thaw();
    loop.enter(() => heard.push("later"));
    loop.step();
    assert.deepEqual(heard, []);
  });
});
