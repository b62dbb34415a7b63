import assert from "node:assert/strict";
import {
  pagesOfBucket,
  parseBucketPage,
  PieceJoiner,
} from "../../../../../src/actors/guard/service/counting/bucket-pages.ts";
import type { Json } from "../../../../../src/base/json.ts";
import { Bucket } from "../../../../../src/actors/guard/service/counting/bucket.ts";
import { SubjectSet } from "../../../../../src/actors/guard/service/counting/subject-set.ts";
import { parseInterceptRule } from "../../../../../src/engines/intercept/index.ts";
import { bounds } from "../../../../../src/store/index.ts";

const nowMs = 1_700_000_000_000;
const liveRule = (change: object) => ({
  rule: parseInterceptRule({
    ...{ number: 1, name: "r", subject: "account", threshold: 100_000, windowMs: 3_600_000, blockMs: 1 },
    ...change,
  }),
  made: "m",
  counting: "c",
  allow: new SubjectSet([]),
});
const many = liveRule({});
const distinct = liveRule({ number: 2, threshold: 10_000, distinct: "name" });
const rules = new Map([many, distinct].map((live) => [live.rule.number, live]));
const newBucket = (): Bucket => new Bucket(0, { skewMs: 2_000, lateMs: 2_000, mostSubjects: 10_000 });

/** Stores and restores, as a takeover does. */
const throughPages = (bucket: Bucket): { readonly restored: Bucket; readonly pages: number } => {
  const texts = pagesOfBucket(bucket).map((page) => JSON.stringify(page));
  for (const text of texts) assert.ok(Buffer.byteLength(text) <= bounds.bodyBytes, `a page has ${text.length} bytes`);
  const restored = newBucket();
  const joiner = new PieceJoiner();
  const subjects = texts.flatMap((text) => [...joiner.take(parseBucketPage(JSON.parse(text) as Json))]);
  for (const { rule, content } of [...subjects, ...joiner.end()]) {
    const live = rules.get(rule);
    if (live !== undefined) restored.restore(live, content);
  }
  return { restored, pages: texts.length };
};

const contentOf = (bucket: Bucket): unknown =>
  [...bucket.content()].map(({ rule, subjects }) => ({ rule, subjects: [...subjects] }));

describe("stored content of a bucket of subjects", () => {
  it("is what was kept, also of windows that are larger than a page", () => {
    const bucket = newBucket();
    for (let at = 0; at < 20_000; at += 1) {
      bucket.add(many, { subject: "busy", atMs: nowMs - at * 10, count: 2, value: undefined }, nowMs);
    }
    for (let at = 0; at < 3_000; at += 1) {
      bucket.add(many, { subject: `quiet-${at}`, atMs: nowMs, count: 1, value: undefined }, nowMs);
      bucket.add(
        distinct,
        { subject: "sprayer", atMs: nowMs, count: 1, value: `\u0000${"é".repeat(100)}${at}` },
        nowMs,
      );
    }
    const { restored, pages } = throughPages(bucket);
    assert.ok(pages > 5, `${pages} pages`);
    assert.deepEqual(contentOf(restored), contentOf(bucket));
    assert.equal(restored.size, 3_002);
  });

  it("holds names that objects have a meaning for", () => {
    const bucket = newBucket();
    for (const value of ["__proto__", "constructor", "7", ""]) {
      bucket.add(distinct, { subject: "__proto__", atMs: nowMs, count: 1, value }, nowMs);
    }
    const { restored } = throughPages(bucket);
    for (let at = 0; at < 9_996; at += 1) {
      const access = { subject: "__proto__", atMs: nowMs, count: 1, value: `n${at}` };
      assert.equal(restored.add(distinct, access, nowMs), "counted");
    }
    assert.equal(restored.add(distinct, { subject: "__proto__", atMs: nowMs, count: 1, value: "x" }, nowMs), "crossed");
  });

  it("of nothing is no page", () => {
    assert.deepEqual(pagesOfBucket(newBucket()), []);
  });
});
