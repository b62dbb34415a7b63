import assert from "node:assert/strict";
import { Worker } from "node:worker_threads";
import { systemClock } from "../../../../../src/base/clock.ts";
import { ScanError } from "../../../../../src/engines/scan/errors.ts";
import { EvaluationBudget, OverBudgetError } from "../../../../../src/engines/scan/operators/budget.ts";
import { Part } from "../../../../../src/engines/scan/operators/part.ts";
import { createSearcher } from "../../../../../src/engines/scan/search/create-searcher.ts";
import { compileJsonFilter, type JsonFilter } from "../../../../../src/engines/scan/search/json-filter.ts";
import { compilePattern, type Pattern } from "../../../../../src/engines/scan/search/pattern.ts";
import type { Searcher } from "../../../../../src/engines/scan/search/searcher.ts";
import { compileXPath, type XPath } from "../../../../../src/engines/scan/search/xpath/expression.ts";
import { startSearchThread } from "../../../../support/engine-threads.ts";

const compiled = <Compiled extends object>(what: Compiled | string): Compiled => {
  if (typeof what === "string") assert.fail(what);
  return what;
};
const pattern = (source: string): Pattern => compiled(compilePattern(source));
const filter = (source: string): JsonFilter => compiled(compileJsonFilter(source));
const xpath = (source: string): XPath => compiled(compileXPath(source));

/** Never ends. */
const endless = filter("last(range(1e15))");
const page = new Part("<p>1</p>\n".repeat(20_000));
// Its matches may go beyond a line, so all of the page has to be searched.
const digits = pattern("[0-9]+</[a-z]>\\s");
const unhurried = 20_000;

describe("the thread that searches responses", function () {
  this.timeout(unhurried);
  const workers: Worker[] = [];
  const texts: number[] = [];
  let searcher: Searcher;

  const start = (): Worker => {
    const worker = startSearchThread();
    const post = worker.postMessage.bind(worker);
    worker.postMessage = (message: { readonly text?: Uint8Array }, ...rest) => {
      if (message.text !== undefined) texts.push(message.text.length);
      post(message, ...rest);
    };
    workers.push(worker);
    return worker;
  };
  const budget = (ms: number): EvaluationBudget => new EvaluationBudget(systemClock, ms);

  // One for all tests: a thread takes half a second to start.
  before(() => {
    searcher = createSearcher({ clock: systemClock, budgetMs: unhurried, startThread: start });
  });

  after(async () => {
    await searcher.close();
  });

  it("is not asked about what is decided without it", () => {
    assert.equal(searcher.test(pattern("absent literal [0-9]+"), page), false);
    assert.deepEqual(searcher.findAll(pattern("absent literal [0-9]+"), page, 0), []);
    assert.deepEqual(searcher.json(filter("."), page), []);
    assert.equal(searcher.test(digits, new Part("1</p>\n")), true);
    assert.equal(workers.length, 0);
  });

  it("says what a search in place says, and gets each text once", async () => {
    const inPlace = createSearcher({ clock: systemClock, budgetMs: unhurried });
    const json = new Part('{"a": [1, "x"]}');
    const searches = [
      (by: Searcher) => by.test(digits, page),
      (by: Searcher) => by.test(pattern("[a-z]{9}[0-9]"), page),
      (by: Searcher) => by.findAll(pattern("([0-9])</[a-z]>"), page, 1),
      (by: Searcher) => by.replaceAll(pattern("[0-9]</([a-z])>\\s+"), page, "$1"),
      (by: Searcher) => by.json(filter(".a[]"), json),
      (by: Searcher) => by.xpath(xpath("//p[1]"), new Part("<p>one"), undefined),
    ];
    for (const search of searches) {
      const elsewhere = search(searcher);
      assert.ok(elsewhere instanceof Promise, String(search));
      assert.deepEqual(await elsewhere, search(inPlace));
    }
    assert.deepEqual(texts, [page.size, json.size, 6]);
    assert.equal(workers.length, 1);
  });

  it("ends with the search that takes too long, and no other is lost", async () => {
    const before = workers.length;
    const others = Array.from({ length: 4 }, (_none, at) => new Part(`[${at}]`));
    const first = searcher.json(filter(".[]"), new Part("[7]"));
    const guilty = Promise.resolve(searcher.json(endless, new Part("1"), budget(50)));
    const waiting = others.map((part) => searcher.json(filter(".[]"), part, budget(10_000)));
    await assert.rejects(guilty, (error) => {
      assert.ok(error instanceof OverBudgetError);
      assert.match(error.message, /longer than \d+ ms/);
      return true;
    });
    assert.deepEqual(await first, ["7"]);
    for (const [at, answer] of waiting.entries()) assert.deepEqual(await answer, [String(at)]);
    assert.equal(workers.length, before + 1);
  });

  it("does not count the time in which it works for others", async () => {
    const small = budget(400);
    const guilty = Promise.resolve(searcher.json(endless, new Part("1"), budget(300)));
    const behind = searcher.json(filter("."), new Part("2"), small);
    await assert.rejects(guilty, OverBudgetError);
    assert.deepEqual(await behind, ["2"]);
    assert.ok(small.leftMs > 100, `${small.leftMs} ms left`);
  });

  it("charges a response for what its searches took", async () => {
    const spent = budget(5_000);
    await searcher.json(filter("last(range(300000))"), new Part("1"), spent);
    assert.ok(spent.leftMs < 4_995, `${spent.leftMs} ms left`);
  });

  it("says that a document is beyond the bounds", async () => {
    const before = workers.length;
    const deep = new Part("<div>".repeat(50_000));
    await assert.rejects(Promise.resolve(searcher.xpath(xpath("//a"), deep, undefined)), /more than 1000 elements/);
    const wide = new Part("<br>".repeat(250_000));
    await assert.rejects(Promise.resolve(searcher.xpath(xpath("//a"), wide, undefined)), /more than 200000 nodes/);
    const large = new Part(Buffer.alloc(9_000_000, "x"));
    await assert.rejects(Promise.resolve(searcher.xpath(xpath("//a"), large, undefined)), /more than 8388608 bytes/);
    assert.equal(workers.length, before);
  });

  it("expands no entities of a document", async () => {
    const laughs = Array.from({ length: 20 }, (_none, at) => `<!ENTITY l${at + 1} "${`&l${at};`.repeat(10)}">`).join(
      "",
    );
    const bomb = `<?xml version="1.0"?><!DOCTYPE r [<!ENTITY l0 "ha">${laughs}]><r>&l20;</r>`;
    const values = await searcher.xpath(xpath("/r"), new Part(bomb), undefined, budget(5_000));
    assert.ok(values.join("").length < 100, values.join("").slice(0, 200));
  });

  it("gives up when it cannot be started", async () => {
    let starts = 0;
    const broken = createSearcher({
      clock: systemClock,
      budgetMs: unhurried,
      startThread: () => {
        starts += 1;
        return new Worker("throw new Error('broken')", { eval: true });
      },
    });
    await assert.rejects(Promise.resolve(broken.json(filter("."), new Part("1"))), /searches responses failed/);
    assert.equal(starts, 3);
    await broken.close();
  });

  it("refuses what comes after it is closed, and what was under way", async () => {
    await searcher.json(filter("."), new Part("1"));
    const under = Promise.resolve(searcher.json(endless, new Part("1")));
    const waiting = Promise.resolve(searcher.json(filter("."), new Part("1")));
    const closed = (error: unknown): boolean => error instanceof ScanError && error.code === "closed";
    await Promise.all([assert.rejects(under, closed), assert.rejects(waiting, closed), searcher.close()]);
    await assert.rejects(Promise.resolve(searcher.json(filter("."), new Part("1"))), closed);
  });
});
