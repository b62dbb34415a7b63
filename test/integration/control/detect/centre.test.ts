import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import {
  DetectError,
  type CentrePort,
  type DetectErrorCode,
  type TaskSummary,
} from "../../../../src/actors/detect/index.ts";
import { versionHash } from "../../../../src/actors/detect/records/offers-record.ts";
import { systemClock } from "../../../../src/base/clock.ts";
import { Connection, type Verdict } from "../../../../src/client/index.ts";
import { centreService } from "../../../../src/wire/index.ts";
import { offer, sha256Of } from "../../../support/detect-centre.ts";
import { freePort } from "../../../support/free-port.ts";
import { callerTokens } from "../control-node.ts";
import { refuses } from "../refuses.ts";
import { DetectNode, downloaded } from "./detect-node.ts";

const relay = { host: "machine-1", incarnation: "life-1" };
const wanted = [{ kind: "yara", taskTypes: ["sample-file"], count: 100 }] as const;

const fails = (call: Promise<unknown>, code: DetectErrorCode): Promise<void> =>
  assert.rejects(call, (error) => error instanceof DetectError && error.code === code);

const decided = async ({ node }: DetectNode, sha256: string): Promise<Verdict> => {
  let last: Verdict | undefined;
  for await (const verdict of node.client().detection.watch(sha256, new AbortController().signal)) last = verdict;
  assert.ok(last);
  return last;
};

describe("the detection centre over gRPC", () => {
  let detect: DetectNode;
  let port: CentrePort;
  beforeEach(async () => {
    detect = await DetectNode.start();
    port = detect.port();
    await port.announce(relay, [offer("yara")]);
  });
  afterEach(() => detect.stop());

  const fetched = async (text: string) => {
    await detect.centre.submit(text);
    const [task, ...more] = await port.fetchTasks(relay, wanted);
    assert.ok(task !== undefined && more.length === 0);
    return task;
  };
  const summaryOf = (
    { taskId, kind, nth, token }: Awaited<ReturnType<typeof fetched>>,
    names: readonly string[] = [],
  ): TaskSummary => ({
    taskId,
    answers: [
      {
        claim: { taskId, kind, nth, token },
        answer: {
          ...{ kind, detector: "yara-1", host: relay.host, engineVersion: "1.0", signatureVersion: "1", tookMs: 1.6 },
          result: { outcome: "verdict", trust: "black", names },
        },
      },
    ],
    givenBack: [],
  });

  it("gives a relay tasks, keeps its claims, and takes what its detectors said once", async () => {
    const task = await fetched("one");
    assert.equal(task.object.sha256, sha256Of("one"));
    assert.equal(task.object.size, 3);
    assert.equal(task.version, versionHash(offer("yara")));
    assert.ok(task.claimLeftMs > 0 && task.claimLeftMs <= 30_000);
    const { taskId, kind, nth, token } = task;
    const claim = { taskId, kind, nth, token };
    assert.deepEqual(await port.extend(relay, [claim], 5_000), []);
    assert.deepEqual(await port.fetchTasks(relay, wanted), []);
    assert.deepEqual(await port.report(relay, [summaryOf(task)]), []);
    // Whether a summary that is said again counts its claims as lost is the centre's affair: it changes nothing.
    await port.report(relay, [summaryOf(task)]);
    assert.deepEqual(await port.extend(relay, [claim], 5_000), [claim]);
    const { decision, detail } = await decided(detect, sha256Of("one"));
    assert.equal(decision?.trust, "black");
    assert.deepEqual(
      detail?.answers.map(({ tookMs }) => tookMs),
      [2],
    );
  });

  it("refuses what one relay says under the claim of another, also one that has read the listing", async () => {
    const task = await fetched("one");
    const { taskId, kind, nth, token } = task;
    const claim = { taskId, kind, nth, token };
    const [host] = await detect.centre.desk.relays();
    assert.equal(host?.relay.host, relay.host);
    for (const other of [{ ...relay, incarnation: "life-2" }, host.relay]) {
      await fails(port.report(other, [summaryOf(task)]), "invalid");
      await fails(port.extend(other, [claim], 5_000), "invalid");
    }
    assert.deepEqual(await port.report(relay, [summaryOf(task)]), []);
  });

  it("fetches only what was named, and gives back what was returned", async () => {
    const task = await fetched("one");
    const { taskId, kind, nth, token } = task;
    const givenBack = [{ claim: { taskId, kind, nth, token }, reason: "returned", delayMs: 0, message: "" }] as const;
    await port.report(relay, [{ taskId, answers: [], givenBack }]);
    const other = `t-${"0".repeat(32)}`;
    assert.deepEqual(await port.fetchTasks(relay, wanted, [other]), []);
    const [again] = await port.fetchTasks(relay, wanted, [other, taskId]);
    assert.equal(again?.taskId, taskId);
  });

  it("takes summaries that are longer than one message", async () => {
    for (let at = 0; at < 30; at += 1) await detect.centre.submit(`object ${at}`);
    const tasks = await port.fetchTasks(relay, [{ ...wanted[0], count: 200 }]);
    assert.equal(tasks.length, 30);
    // 38 kB each, 1.15 MB together.
    const names = Array.from({ length: 64 }, (_, at) => `${at}`.padEnd(200, "€"));
    assert.deepEqual(
      await port.report(
        relay,
        tasks.map((task) => summaryOf(task, names)),
      ),
      [],
    );
    const lost = await port.extend(
      relay,
      tasks.map(({ taskId, kind, nth, token }) => ({ taskId, kind, nth, token })),
      5_000,
    );
    assert.equal(lost.length, 30, "all of them have ended");
  });

  it("sends samples whole, from the first node that has them", async () => {
    const bytes = randomBytes(300_000).toString("latin1");
    const { sha256 } = await detect.centre.submit(bytes);
    const silent = `127.0.0.1:${await freePort()}`;
    const got = await downloaded(port, sha256, [silent, detect.address]);
    assert.equal(sha256Of(got.toString("utf8")), sha256);
    await fails(downloaded(port, sha256Of("nothing"), [detect.address]), "not-found");
    await fails(downloaded(port, sha256, [silent]), "unavailable");
    // Those that have it are down: it is not lost.
    await fails(downloaded(port, sha256, []), "unavailable");
  });

  it("is asked at another node when one is out of reach, and cannot be reached without any", async () => {
    const gone = { id: "node-0", address: `127.0.0.1:${await freePort()}` };
    const both = detect.port([gone, { id: "node-1", address: detect.address }]);
    assert.equal((await both.announce(relay, [offer("yara")])).length, 1);
    await fails(detect.port([gone]).announce(relay, []), "unavailable");
    await fails(detect.port([]).announce(relay, []), "no-centre");
  });

  it("tells a relay what is wrong with its request", async () => {
    await fails(port.announce({ host: "a/b", incarnation: "x" }, []), "invalid");
    await fails(port.fetchTasks(relay, [{ ...wanted[0], count: 0 }]), "invalid");
  });

  it("is for nodes alone: nobody else announces detectors, fetches samples or says what they are", async () => {
    const { sha256 } = await detect.centre.submit("one");
    for (const token of Object.values(callerTokens)) {
      const connection = new Connection({ address: detect.address, token, clock: systemClock });
      await refuses(connection.call(centreService.announce, { relay, kinds: [] }), "permission-denied");
      await refuses(connection.call(centreService.reportSummaries, { relay, summaries: [] }), "permission-denied");
      const sample = connection.stream(centreService.fetchSample, { sha256 });
      await refuses(sample.next(), "permission-denied");
      connection.close();
    }
    assert.equal(detect.node.plane.refusals.of("grpc", "not-a-node"), 12);
  });
});
