import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { eventPieces, openEventFile, type EventFile } from "../../../../src/bin/calls/events/event-file.ts";
import { tempDir } from "../../../support/temp-dir.ts";

const never = new AbortController().signal;
const longest = 4 * 64 * 1024;

const given = (chunks: readonly (string | Uint8Array)[]): EventFile => ({
  stream: Readable.from(chunks.map((chunk) => Buffer.from(chunk as string))),
  name: "given",
  bytes: undefined,
  bytesRead: () => 0,
});

type Part = readonly [line: number, text: string | undefined];

const partsOf = async (file: EventFile, signal = never): Promise<readonly Part[]> => {
  const parts: Part[] = [];
  for await (const { line, bytes } of eventPieces(file, signal)) {
    parts.push([line, bytes === undefined ? undefined : Buffer.from(bytes).toString("utf8").trim()]);
  }
  return parts;
};

/** The parts are the same however the bytes come. */
const pieces = async (text: string): Promise<readonly Part[]> => {
  const whole = await partsOf(given([text]));
  const single = [...Buffer.from(text)].map((value) => Uint8Array.of(value));
  assert.deepEqual(await partsOf(given(single)), whole, "byte by byte");
  return whole;
};

describe("the events of a file", () => {
  it("are its lines, those of JSON and of CEF, without the blank ones, whether the last one is ended or not", async () => {
    assert.deepEqual(await pieces('{"a":1}\n\n  \r\n{"b":"}\\"{"}\r\nCEF:0|a|b|c|d|e|5|\n{"c":3}'), [
      [1, '{"a":1}'],
      [4, '{"b":"}\\"{"}'],
      [5, "CEF:0|a|b|c|d|e|5|"],
      [6, '{"c":3}'],
    ]);
    assert.deepEqual(await pieces("\uFEFFCEF:0|x\n{broken\n{}"), [
      [1, "CEF:0|x"],
      [2, "{broken"],
      [3, "{}"],
    ]);
    assert.deepEqual(await pieces('{"one":[1,{"x":2}]}'), [[1, '{"one":[1,{"x":2}]}']]);
    assert.deepEqual(await pieces(" \n\n"), []);
    assert.deepEqual(await pieces(""), []);
  });

  it("are the elements of an array over any lines, each with the line where it begins; what is empty is one too", async () => {
    assert.deepEqual(await pieces('\n [\n  {"a": "]"},\n\n  {"b":\n [1, 2]}, 5,\n {}\n]\n'), [
      [3, '{"a": "]"}'],
      [5, '{"b":\n [1, 2]}'],
      [6, "5"],
      [7, "{}"],
    ]);
    assert.deepEqual(await pieces("[]"), []);
    assert.deepEqual(await pieces("[{},]"), [
      [1, "{}"],
      [1, ""],
    ]);
  });

  it("are objects one after another, each over several lines", async () => {
    assert.deepEqual(await pieces('{\n "a": 1\n}\n{"b": {\n}}{"c":3}\n'), [
      [1, '{\n "a": 1\n}'],
      [4, '{"b": {\n}}'],
      [5, '{"c":3}'],
    ]);
  });

  it("end with an error that names the line from which on nobody can tell them apart, after those before", async () => {
    const cases: readonly (readonly [string, number, RegExp])[] = [
      ['{\n}\n{\n "a": 1\n', 1, /given:3: the JSON that begins here is not closed/],
      ["{\n}\nnonsense\n", 1, /given:3: a JSON object was expected here/],
      ["[{}, {}", 1, /given:1: the JSON that begins here is not closed/],
      ["[{},\n", 1, /given:2: the JSON array is not closed/],
      ["[{}]\n{}", 1, /given:2: a JSON object was expected here/],
    ];
    for (const [text, before, message] of cases) {
      const seen: number[] = [];
      const read = async (): Promise<void> => {
        for await (const { line } of eventPieces(given([text]), never)) seen.push(line);
      };
      await assert.rejects(read(), message);
      assert.equal(seen.length, before, text);
    }
  });

  it("one that is too long is named and costs no other", async () => {
    const long = "x".repeat(longest);
    assert.deepEqual(await partsOf(given([`CEF:a\n{"a":"${long}`, `${long}"}\n{}\n`])), [
      [1, "CEF:a"],
      [2, undefined],
      [3, "{}"],
    ]);
    assert.deepEqual(await partsOf(given([`[{"a":"${long}"},\n{}]`])), [
      [1, undefined],
      [2, "{}"],
    ]);
    assert.deepEqual(await partsOf(given([`{"a":"${long}`, `${long}"}\n{}`])), [
      [1, undefined],
      [2, "{}"],
    ]);
  });

  it("come while the file is still written, and end without an error when nobody wants more", async () => {
    const stream = new Readable({ read: () => undefined });
    const stop = new AbortController();
    const coming = eventPieces({ ...given([]), stream }, stop.signal);
    stream.push('{"a":1}\n{"b"');
    assert.equal((await coming.next()).done, false);
    const next = coming.next();
    stop.abort();
    assert.deepEqual(await next, { done: true, value: undefined });
    assert.equal(stream.destroyed, true);
  });

  it("a file that is not there, or is a folder, is named", async () => {
    const folder = tempDir("event-file");
    try {
      await assert.rejects(openEventFile(join(folder.path, "nowhere")), {
        code: "usage",
        message: /nowhere: .*ENOENT/,
      });
      await assert.rejects(openEventFile(folder.path), { code: "usage", message: /it is a folder/ });
      const file = join(folder.path, "events");
      writeFileSync(file, "{}\n{}\n");
      const opened = await openEventFile(file);
      assert.equal(opened.bytes, 6);
      assert.equal((await partsOf(opened)).length, 2);
      assert.equal(opened.bytesRead(), 6);
    } finally {
      folder.remove();
    }
  });
});
