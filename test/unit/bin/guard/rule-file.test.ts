import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { rulesOfFile } from "../../../../src/bin/calls/guard/rule-file.ts";
import { UsageError } from "../../../../src/bin/process/usage-error.ts";
import { tempDir } from "../../../support/temp-dir.ts";

const rule = (number: number, more: object = {}): object => ({
  number,
  name: `rule-${number}`,
  subject: "ip",
  threshold: 5,
  windowMs: 60_000,
  blockMs: 300_000,
  ...more,
});

describe("files of rules of interception", () => {
  const folder = tempDir("rule-file");
  after(() => folder.remove());
  const written = (text: string): string => {
    const file = join(folder.path, "rules.yaml");
    writeFileSync(file, text);
    return file;
  };
  const problem = async (text: string): Promise<string> => {
    const file = written(text);
    let message = "";
    await assert.rejects(rulesOfFile(file), (error) => {
      assert.ok(error instanceof UsageError);
      message = error.message;
      return true;
    });
    assert.ok(message.startsWith(`${file}:`), message);
    return message.slice(file.length + 1);
  };

  it("have one rule or a list, in YAML or JSON, in a file or on standard input", async () => {
    const [one] = await rulesOfFile(written(JSON.stringify(rule(1))));
    assert.equal(one?.number, 1);
    const yaml =
      "- {number: 2, name: a, subject: account, threshold: 1, windowMs: 1000, blockMs: 1000}\n" +
      "- {number: 3, name: b, subject: ip, threshold: 1, windowMs: 1000, blockMs: 1000, shadow: true}\n" +
      "---\nnumber: 4\nname: c\nsubject: ip\nthreshold: 2\nwindowMs: 5000\nblockMs: 1000\n";
    const read = await rulesOfFile("-", Readable.from([Buffer.from(yaml)]));
    assert.deepEqual(
      read.map(({ number, shadow }) => [number, shadow]),
      [
        [2, false],
        [3, true],
        [4, false],
      ],
    );
  });

  it("are refused with the place of what is wrong", async () => {
    assert.match(
      await problem(`# rules\n${JSON.stringify([rule(1), rule(2, { threshold: 0 })])}`),
      /^2: entry 2: .*threshold/,
    );
    assert.match(await problem(JSON.stringify(rule(1, { treshold: 5 }))), /^1: .*treshold/);
    assert.match(await problem(JSON.stringify([rule(1), rule(1)])), /two rules have the number 1/);
    assert.match(await problem("number: [1\n"), /^\d+: /);
    assert.match(await problem("# nothing\n"), /there is no rule/);
    await assert.rejects(rulesOfFile(join(folder.path, "nowhere.yaml")), /nowhere\.yaml: cannot be read/);
  });

  it("have at most 1 MiB", async () => {
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(65_536, " ");
      })(),
    );
    await assert.rejects(rulesOfFile("-", endless), /more than 1048576 bytes/);
  });
});
