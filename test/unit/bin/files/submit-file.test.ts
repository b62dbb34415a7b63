import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../../../src/base/clock.ts";
import { submitFile, type SampleFacts } from "../../../../src/bin/calls/files/submit-file.ts";
import type { DetectionClient } from "../../../../src/client/index.ts";
import { tempDir } from "../../../support/temp-dir.ts";

type Verdict = Awaited<ReturnType<DetectionClient["get"]>>;
type Header = Parameters<DetectionClient["submit"]>[0];

describe("a file that is submitted", () => {
  const folder = tempDir("submit-file");
  const text = "console.log(1)\n";
  const path = join(folder.path, "a.js");
  const sha256 = createHash("sha256").update(text).digest("hex");
  const file = { path, size: text.length, sha256, sha1: "", md5: "" };
  writeFileSync(path, text);
  after(() => folder.remove());

  const decided = (taskType: Verdict["taskType"] & string, trust: "white" | "unknown"): Verdict => ({
    ...{ sha256, state: "decided", sampleHere: true, taskId: "t-1", decidedAtMs: 1, taskType },
    decision: { trust, degraded: trust === "unknown", missing: [] },
  });

  /** @returns what was sent, and what is known of the file in the end */
  const submitted = async (verdict: Verdict, facts: SampleFacts, later: readonly Verdict[] = []) => {
    const sent: Header[] = [];
    const detection: Pick<DetectionClient, "submit" | "watch"> = {
      submit: async (header, bytes) => {
        for await (const chunk of bytes()) assert.equal(Buffer.from(chunk).toString(), text);
        sent.push(header);
        return { sha256, taskId: "t-2", known: false };
      },
      watch: async function* () {
        for (const each of later) yield await Promise.resolve(each);
      },
    };
    const { signal } = new AbortController();
    const setup = { detection, facts, waitMs: 10_000, clock: systemClock, signal };
    const result = await submitFile({ status: "asked", file, verdict }, setup);
    assert.ok(result.status === "asked");
    return { sent, trust: result.verdict.decision?.trust, taskType: result.verdict.taskType };
  };

  it("is not sent where it is decided as what it is submitted as", async () => {
    const { sent, trust } = await submitted(decided("script", "white"), { taskType: "script" });
    assert.deepEqual([sent.length, trust], [0, "white"]);
  });

  it("is sent where it is decided as something else only: a harmless log need not be a harmless script", async () => {
    const end = decided("script", "unknown");
    const { sent, trust, taskType } = await submitted(decided("log-data", "white"), { taskType: "script" }, [end]);
    assert.deepEqual([sent.map((header) => header.taskType), trust, taskType], [["script"], "unknown", "script"]);
  });

  it("is sent where it is being looked at as something else", async () => {
    const pending = { sha256, state: "pending", sampleHere: true, taskType: "log-data" } as const;
    const { sent } = await submitted(pending, { taskType: "script" });
    assert.equal(sent.length, 1);
    const same = await submitted({ ...pending, taskType: "script" }, { taskType: "script" });
    assert.equal(same.sent.length, 0);
  });

  it("is sent where nothing could be decided: the library may have lost its bytes", async () => {
    const { sent } = await submitted(decided("script", "unknown"), { taskType: "script" });
    assert.equal(sent.length, 1);
  });

  it("is sent where what was under way has failed, maybe for want of its bytes, and where it ends without them", async () => {
    const pending = { sha256, state: "refreshing", sampleHere: true, taskType: "script" } as const;
    const ends: readonly Verdict[] = [decided("script", "unknown"), { sha256, state: "unknown", sampleHere: false }];
    for (const end of ends) assert.equal((await submitted(pending, { taskType: "script" }, [end])).sent.length, 1);
    const { sent } = await submitted(pending, { taskType: "script" }, [decided("script", "white")]);
    assert.equal(sent.length, 0);
  });

  it("is sent where somebody is to be called back, whatever is known (AV-8)", async () => {
    const callbackUrl = "http://127.0.0.1:9/verdict";
    const { sent } = await submitted(decided("script", "white"), { taskType: "script", callbackUrl });
    assert.deepEqual(
      sent.map((header) => header.callbackUrl),
      [callbackUrl],
    );
  });
});
