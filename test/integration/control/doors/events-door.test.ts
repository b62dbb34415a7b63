import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { request as httpRequest, type ClientRequest } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";
import { Registry } from "prom-client";
import { systemClock } from "../../../../src/base/clock.ts";
import { startEventsDoor, type EventsDoor, type EventsDoorSetup } from "../../../../src/control/doors/events/index.ts";
import { EventStatistics } from "../../../../src/control/doors/intake/event-statistics.ts";
import { ControlError, Refusals } from "../../../../src/control/index.ts";
import { CapturedLog } from "../../../support/captured-log.ts";
import { TestAuthority } from "../../../support/certificates.ts";
import { ManualClock } from "../../../support/manual-clock.ts";
import { until } from "../../../support/until.ts";
import { crossOriginPost, rawExchange } from "../raw-socket.ts";
import { KeptEvents } from "./kept-events.ts";

const secret = "0123456789abcdef0123456789abcdef";

interface Sent {
  readonly type?: string;
  readonly source?: string;
  readonly key?: string;
  readonly seconds?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: { results?: { key: string; status: string }[]; error?: Record<string, unknown> };
}

describe("the HTTP door for events", () => {
  let door: EventsDoor;
  let sink: KeptEvents;
  let refusals: Refusals;
  let statistics: EventStatistics;
  let log: CapturedLog;

  const start = async (more: Partial<EventsDoorSetup> = {}): Promise<void> => {
    [sink, refusals, statistics, log] = [new KeptEvents(), new Refusals(), new EventStatistics(), new CapturedLog()];
    const sources = [
      { name: "waf-1", secret, kind: "network-attack" },
      { name: "edr", secret: `${secret}-2` },
    ];
    const common = { listen: "127.0.0.1:0", sources, sink, refusals, statistics, clock: systemClock };
    door = await startEventsDoor({ ...common, log: log.logger, ...more });
  };
  beforeEach(() => start());
  afterEach(() => door.close());

  const signed = (
    body: string,
    { source = "waf-1", key = secret, seconds, type = "application/json", headers }: Sent,
  ) => {
    const timestamp = String(seconds ?? Math.floor(systemClock.wallMs() / 1_000));
    const signature = createHmac("sha256", key).update(`${timestamp}.${body}`).digest("hex");
    return {
      "content-type": type,
      "x-garrison-source": source,
      "x-garrison-timestamp": timestamp,
      "x-garrison-signature": `sha256=${signature}`,
      ...headers,
    };
  };

  const post = async (body: string, sent: Sent = {}): Promise<Answered> => {
    const init = { method: "POST", headers: signed(body, sent), body };
    const response = await fetch(`http://${door.address}/v1/events`, init);
    return { status: response.status, headers: response.headers, body: (await response.json()) as Answered["body"] };
  };

  const outcomes = async (): Promise<Readonly<Record<string, number>>> => {
    const registry = new Registry();
    statistics.addTo(registry);
    const [metric] = await registry.getMetricsAsJSON();
    return Object.fromEntries((metric?.values ?? []).map(({ labels, value }) => [String(labels["outcome"]), value]));
  };

  const event = (id: string, more: object = {}): object => ({ id, kind: "mining", data: { user: "root" }, ...more });

  it("answers an event once it is stored, and the same one as known", async () => {
    const release = sink.hold();
    let answered = false;
    const answer = post(JSON.stringify(event("a-1"))).finally(() => (answered = true));
    await until(
      () => sink.waiting === 1,
      () => refusals.all(),
    );
    assert.equal(answered, false);
    release();
    assert.deepEqual((await answer).body, { results: [{ key: "waf-1/a-1", status: "accepted" }] });
    assert.deepEqual((await post(JSON.stringify(event("a-1")))).body.results?.[0]?.status, "known");
    assert.deepEqual(sink.list, [{ id: "a-1", source: "waf-1", kind: "mining", data: { user: "root" } }]);
    assert.deepEqual(await outcomes(), { stored: 2 });
  });

  it("takes a list, and a line for each event", async () => {
    const list = await post(JSON.stringify([event("a"), { id: "b", data: {} }]));
    assert.deepEqual(
      list.body.results?.map(({ key }) => key),
      ["waf-1/a", "waf-1/b"],
    );
    assert.equal(sink.events.get("waf-1/b")?.kind, "network-attack");
    const lines = `${JSON.stringify(event("c"))}\r\n\n${JSON.stringify(event("d"))}`;
    const answer = await post(lines, { type: "application/x-ndjson; charset=UTF-8" });
    assert.deepEqual(
      answer.body.results?.map(({ key }) => key),
      ["waf-1/c", "waf-1/d"],
    );
  });

  it("stores nothing of a request with one wrong event, and names it", async () => {
    const lines = [JSON.stringify(event("a")), "", '{"kind":"mining","dta":{}}'].join("\n");
    const answer = await post(lines, { type: "application/x-ndjson" });
    assert.equal(answer.status, 400);
    assert.equal(answer.body.error?.["line"], 3);
    assert.match(String(answer.body.error?.["message"]), /line 3: "dta" is unknown/);
    const list = await post(JSON.stringify([event("a"), event("b", { data: { deep: "x".repeat(70_000) } })]));
    assert.deepEqual([list.status, list.body.error?.["index"]], [413, 1]);
    assert.equal(sink.events.size, 0);
    assert.deepEqual(await outcomes(), { invalid: 1, "too-large": 1 });
  });

  it("refuses what is no body of events", async () => {
    const cases: readonly (readonly [string, Sent, number])[] = [
      ["{", {}, 400],
      ["", {}, 400],
      ["[]", {}, 400],
      ["7", {}, 400],
      [JSON.stringify(event("a", { source: "edr" })), {}, 400],
      [JSON.stringify(Array.from({ length: 501 }, (_, at) => event(`e${at}`))), {}, 413],
      [JSON.stringify(event("a")), { type: "text/plain" }, 415],
      [JSON.stringify(event("a")), { type: "application/json; charset=latin1" }, 415],
      [JSON.stringify(event("a")), { headers: { "content-encoding": "gzip" } }, 415],
    ];
    for (const [body, sent, status] of cases) assert.equal((await post(body, sent)).status, status, body.slice(0, 80));
    assert.equal(sink.events.size, 0);
  });

  it("refuses a body over its bound before it is all there, and reads on with the next request", async () => {
    const large = `[${" ".repeat(4 * 1024 * 1024)}]`;
    assert.equal((await post(large)).status, 413);
    const headers = signed(large, {});
    const chunked = new Blob([large]).stream();
    const sent = { method: "POST", headers, body: chunked, duplex: "half" } as RequestInit;
    assert.equal((await fetch(`http://${door.address}/v1/events`, sent)).status, 413);
    assert.equal((await post(JSON.stringify(event("a")))).status, 200);
  });

  it("takes bodies also while somebody who shows nothing leaves many of them unfinished", async () => {
    const most = 4 * 1024 * 1024;
    const unfinished = { ...signed("", {}), "content-length": String(most) };
    const open = new Set<ClientRequest>();
    const send = (): void => {
      const request = httpRequest(`http://${door.address}/v1/events`, { method: "POST", headers: unfinished });
      const over = (): void => void open.delete(request);
      open.add(request);
      request
        .on("response", over)
        .on("error", over)
        .write("x".repeat(most - 1));
    };
    for (let n = 0; n < 17; n += 1) send();
    try {
      // One of them is too much for the door.
      await until(
        () => open.size < 17,
        () => refusals.all(),
      );
      assert.equal((await post(JSON.stringify(event("a", { data: { text: "x".repeat(60_000) } })))).status, 200);
    } finally {
      for (const request of open) request.destroy();
    }
  });

  it("takes only what a source signed, lately", async () => {
    const now = Math.floor(systemClock.wallMs() / 1_000);
    const body = JSON.stringify(event("a"));
    const cases: readonly (readonly [Sent, string])[] = [
      [{ source: "nobody" }, "unknown-source"],
      [{ source: "__proto__" }, "unknown-source"],
      [{ key: `${secret}-2` }, "wrong-signature"],
      [{ headers: { "x-garrison-signature": "sha256=00" } }, "wrong-signature"],
      [{ headers: { "x-garrison-timestamp": String(now - 1) } }, "wrong-signature"],
      [{ seconds: now - 310 }, "stale"],
      [{ seconds: now + 310 }, "stale"],
    ];
    for (const [sent, reason] of cases) {
      const before = refusals.of("events", reason as "stale");
      const { status, body: answer } = await post(body, sent);
      assert.deepEqual([status, answer.error?.["code"]], [401, reason]);
      assert.equal(refusals.of("events", reason as "stale"), before + 1);
    }
    assert.equal(sink.events.size, 0);
    assert.equal((await post(body, { seconds: now - 290 })).status, 200);
  });

  it("knows a request that is sent again by whoever saw it, also where events have no ids", async () => {
    const body = JSON.stringify([{ data: { n: 1 } }, { data: { n: 2 } }]);
    const headers = signed(body, {});
    const send = async (): Promise<unknown> =>
      (await fetch(`http://${door.address}/v1/events`, { method: "POST", headers, body })).json();
    await send();
    const again = (await send()) as { results: { status: string }[] };
    assert.deepEqual(
      again.results.map(({ status }) => status),
      ["known", "known"],
    );
    assert.equal(sink.events.size, 2);
  });

  it("is not for browsers, other hosts, other paths and other methods", async () => {
    assert.match(await rawExchange(door.address, crossOriginPost(door.address, "/v1/events")), /^HTTP\/1.1 403 /);
    assert.match(await rawExchange(door.address, crossOriginPost("evil.test:80", "/v1/events")), /^HTTP\/1.1 403 /);
    assert.equal(refusals.of("events", "cross-origin"), 1);
    assert.equal(refusals.of("events", "bad-host"), 1);
    const got = await fetch(`http://${door.address}/v1/events`);
    assert.deepEqual([got.status, got.headers.get("allow")], [405, "POST"]);
    assert.equal((await fetch(`http://${door.address}/`, { method: "POST" })).status, 404);
  });

  it("says when to come again, while the queue is full or the source is too fast", async () => {
    sink.failure = KeptEvents.full;
    const full = await post(JSON.stringify(event("a")));
    assert.deepEqual([full.status, full.headers.get("retry-after")], [503, "1"]);
    assert.equal(full.body.error?.["code"], "queue-full");
    await door.close();
    await start({ clock: new ManualClock(1_000, systemClock.wallMs()), eventsPerSecond: 100 });
    const many = JSON.stringify(Array.from({ length: 500 }, (_, at) => event(`e${at}`)));
    assert.equal((await post(many)).status, 200);
    const fast = await post(many);
    assert.deepEqual([fast.status, fast.headers.get("retry-after")], [429, "5"]);
    const other = await post(JSON.stringify(event("a")), { source: "edr", key: `${secret}-2` });
    assert.equal(other.status, 200, "one source delays another");
    assert.deepEqual(await outcomes(), { stored: 501, "too-fast": 500 });
  });

  it("tells a defect to its log, and not to the sender", async () => {
    sink.failure = new Error("secret detail");
    const { status, body } = await post(JSON.stringify(event("a")));
    assert.equal(status, 500);
    assert.doesNotMatch(JSON.stringify(body), /secret detail/);
    assert.equal(log.of("events that came over HTTP could not be stored").length, 1);
  });

  it("answers what is under way before it closes", async () => {
    const release = sink.hold();
    const answer = post(JSON.stringify(event("a")));
    await until(
      () => sink.waiting === 1,
      () => refusals.all(),
    );
    const beganMs = performance.now();
    const closed = door.close();
    release();
    assert.equal((await answer).status, 200);
    await closed;
    assert.ok(performance.now() - beganMs < 1_500, "a connection that stays open was waited for");
    await assert.rejects(fetch(`http://${door.address}/v1/events`));
  });

  it("speaks TLS with the certificate of its node", async () => {
    await door.close();
    const authority = await TestAuthority.create();
    await start({ tls: { source: await authority.node("node-1"), cluster: "garrison" } });
    const body = JSON.stringify(event("a"));
    const agent = new TlsAgent({ ca: authority.trust.ca });
    const status = await new Promise((resolve, reject) => {
      const options = { method: "POST", headers: signed(body, {}), agent };
      const sent = tlsRequest(`https://${door.address}/v1/events`, options, (response) => {
        response.resume().on("end", () => resolve(response.statusCode));
      });
      sent.on("error", reject).end(body);
    });
    assert.equal(status, 200);
    assert.equal((await rawExchange(door.address, "GET / HTTP/1.1\r\n\r\n")).includes("200"), false);
    await until(
      () => refusals.of("events", "not-tls") === 1,
      () => refusals.all(),
    );
  });

  it("does not open for settings that are not safe", async () => {
    const cases: readonly (readonly [Partial<EventsDoorSetup>, string])[] = [
      [{ listen: "0.0.0.0:0" }, "not-loopback"],
      [{ sources: [] }, "invalid"],
      [{ sources: [{ name: "a b", secret }] }, "invalid"],
      [
        {
          sources: [
            { name: "a", secret },
            { name: "a", secret },
          ],
        },
        "invalid",
      ],
      [{ sources: [{ name: "a", secret: "short" }] }, "token-unsafe"],
      [{ listen: door.address }, "listen-failed"],
    ];
    const open = door;
    for (const [more, code] of cases) {
      await assert.rejects(start(more), (error) => error instanceof ControlError && error.code === code, code);
    }
    door = open;
  });
});
