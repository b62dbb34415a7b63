import assert from "node:assert/strict";
import { RuleCounters } from "../../../../src/engines/intercept/counters.ts";
import { blockMsOf, parseInterceptRule } from "../../../../src/engines/intercept/rule.ts";

const rule = parseInterceptRule({
  number: 1,
  name: "requests",
  subject: "ip",
  threshold: 3,
  windowMs: 1_000,
  blockMs: 60_000,
});
const counters = (change: object = {}, maxSubjects = 1_000, lateMs = 0): RuleCounters =>
  new RuleCounters({ rule: { ...rule, ...change }, skewMs: 200, lateMs, maxSubjects });
const access = (subject: string, atMs: number, count = 1, value?: string) => ({ subject, atMs, count, value });

describe("counters of a rule of interception", () => {
  it("sum up over front ends, and begin anew after a crossing (GUARD-6, GUARD-17)", () => {
    const counted = counters();
    for (const at of [10_000, 10_100, 10_050]) assert.equal(counted.add(access("a", at), 10_200), "counted");
    assert.equal(counted.add(access("a", 10_020), 10_200), "crossed");
    assert.equal(counted.add(access("a", 10_030), 10_200), "counted");
  });

  it("take what comes late within the skew, and say what comes later", () => {
    const counted = counters();
    assert.equal(counted.add(access("a", 10_000, 3), 10_000), "counted");
    assert.equal(counted.add(access("a", 9_801), 11_000), "crossed");
    assert.equal(counted.add(access("a", 9_799), 11_000), "late");
  });

  it("count in its windows what comes all later than the skew, as after the service was gone, and keep it that long (GUARD-13)", () => {
    const counted = counters({}, 1_000, 30_000);
    assert.equal(counted.add(access("a", 10_000, 3), 40_000), "counted");
    assert.equal(counted.add(access("b", 10_000, 3), 40_000), "counted");
    assert.equal(counted.add(access("b", 11_000), 40_000), "counted", "in no window with the three");
    assert.equal(counted.sweep(41_000), 0);
    assert.equal(counted.add(access("a", 10_900), 41_000), "crossed");
    assert.equal(counted.add(access("a", 9_999), 41_000), "late");
    assert.equal(counted.sweep(42_001), 1, "b is kept for its window and 30 s");
  });

  it("bring the time of a clock that is ahead back to now and the skew", () => {
    const counted = counters();
    assert.equal(counted.add(access("a", 99_000, 3), 10_000), "counted");
    assert.equal(counted.add(access("a", 11_201), 11_200), "counted", "1,000 ms after 10,200");
    const ahead = counters();
    ahead.add(access("a", 99_000, 3), 10_000);
    assert.equal(ahead.add(access("a", 11_199), 11_199), "crossed");
  });

  it("count different values", () => {
    const counted = counters({ distinct: "account" });
    for (const name of ["a", "b", "a", "c"]) assert.equal(counted.add(access("1", 10_000, 5, name), 10_000), "counted");
    assert.equal(counted.add(access("1", 10_500, 1, "d"), 10_500), "crossed");
  });

  it("are done again from a journal with the outcomes of then", () => {
    const counted = counters({ threshold: 1 });
    for (const at of [10_000, 10_001]) counted.repeat(access("a", at), 10_100, "counted");
    assert.equal(counted.add(access("a", 10_002), 10_100), "crossed", "three are more than one");
    counted.repeat(access("b", 10_000), 10_100, "crossed");
    assert.equal(counted.add(access("b", 10_001), 10_100), "counted", "its window began anew");
  });

  it("judge what they have kept by another limit", () => {
    const counted = counters();
    counted.add(access("a", 10_000, 3), 10_000);
    counted.judgeBy({ ...rule, threshold: 10 });
    assert.equal(counted.add(access("a", 10_001, 7), 10_001), "counted");
    counted.judgeBy(rule);
    assert.equal(counted.add(access("a", 10_002), 10_002), "crossed");
  });

  it("have a bound, and give the place of one that is over to another", () => {
    const counted = counters({}, 2);
    assert.equal(counted.add(access("a", 10_000), 10_000), "counted");
    assert.equal(counted.add(access("b", 10_000), 10_000), "counted");
    assert.equal(counted.add(access("c", 10_000), 10_000), "full");
    assert.equal(counted.add(access("c", 11_201), 11_201), "counted");
    assert.equal(counted.size, 2);
  });

  it("forget subjects whose accesses are out of any window, a bounded number at a time", () => {
    const counted = counters({}, 10_000);
    for (let at = 0; at < 5_000; at += 1) counted.add(access(`s${at}`, 10_000), 10_000);
    assert.equal(counted.sweep(11_200), 0);
    let forgotten = 0;
    for (let step = 0; step < 6; step += 1) forgotten += counted.sweep(11_201);
    assert.equal(forgotten, 5_000);
    assert.equal(counted.size, 0);
  });

  it("are the same after a snapshot", () => {
    const counted = counters();
    counted.add(access("a", 10_000, 2), 10_000);
    counted.add(access("a", 10_100), 10_100);
    const restored = counters();
    for (const content of counted.content()) restored.restore(structuredClone(content));
    assert.equal(restored.add(access("a", 10_200), 10_200), "crossed");
  });

  it("block for longer each time", () => {
    const escalating = parseInterceptRule({ ...rule, escalateMs: [600_000, 3_600_000] });
    assert.deepEqual(
      [1, 2, 3, 4].map((offence) => blockMsOf(escalating, offence)),
      [60_000, 600_000, 3_600_000, 3_600_000],
    );
    assert.equal(blockMsOf(rule, 5), 60_000);
  });

  it("refuse rules with the place of each problem", () => {
    const problems = (change: object): string => {
      try {
        parseInterceptRule({ ...rule, ...change });
        return "none";
      } catch (thrown) {
        assert.ok(thrown instanceof Error);
        return thrown.message;
      }
    };
    assert.match(problems({ number: 0, threshold: 0 }), /number: .*threshold: /);
    assert.match(problems({ windowMs: 0.5 }), /windowMs/);
    assert.match(problems({ distinct: "ip" }), /distinct: is the subject/);
    assert.match(problems({ distinct: "account", threshold: 10_001 }), /threshold: has to be at most 10000/);
    assert.match(problems({ escalateMs: [30_000] }), /escalateMs: has to be times that never become shorter/);
    assert.match(problems({ allow: ["10.0.0.0/40"] }), /allow: 10\.0\.0\.0\/40 is neither/);
    assert.equal(problems({ subject: "account", allow: ["10.0.0.0/40"] }), "none");
    assert.match(problems({ unknown: 1 }), /unknown/);
  });
});
