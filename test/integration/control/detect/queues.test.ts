import assert from "node:assert/strict";
import { TestRelay, offer } from "../../../support/detect-centre.ts";
import { DetectNode } from "./detect-node.ts";

describe("the queues of kinds of detectors", () => {
  it("are listed and measured with what waits in them, as soon as a host offers the kind", async () => {
    const detect = await DetectNode.start();
    const { control } = detect.node.client();
    const waiting = async (): Promise<readonly (readonly [string, number, boolean])[]> =>
      (await control.queues())
        .filter(({ name }) => name.startsWith("kind-"))
        .map(({ name, waiting: count, oldestWaitingMs }) => [name, count, oldestWaitingMs !== undefined]);
    assert.deepEqual(await waiting(), []);
    await new TestRelay(detect.centre.desk, [offer("yara"), offer("digest")]).announce();
    await detect.centre.submit("sample");
    assert.deepEqual(await waiting(), [
      ["kind-digest", 1, true],
      ["kind-yara", 1, true],
    ]);
    const metrics = await (await fetch(`http://${detect.node.plane.httpAddress}/metrics`)).text();
    assert.match(metrics, /^garrison_queue_items\{space="detect",queue="kind-yara",state="waiting"\} 1$/m);
    assert.match(metrics, /^garrison_queue_oldest_waiting_seconds\{space="detect",queue="kind-yara"\} /m);
    assert.deepEqual((await control.deadLetters("detect/kind-yara")).deadLetters, []);
    await detect.stop();
  });
});
