import assert from "node:assert/strict";
import { systemRandom } from "../../../../../src/base/random.ts";
import { ScanError } from "../../../../../src/engines/scan/errors.ts";
import {
  createOob,
  type Interaction,
  interactionValues,
  type OobSession,
  type OobSetup,
} from "../../../../../src/engines/scan/oob/index.ts";
import { ManualClock } from "../../../../support/manual-clock.ts";
import { sharedSessionKeys } from "../../../../support/session-keys.ts";
import { until } from "../../../../support/until.ts";
import { answer, interaction, type PollScript, ScriptedServer, sealed } from "./scripted-server.ts";

describe("createOob", () => {
  let server: ScriptedServer;
  let clock: ManualClock;
  let session: OobSession;
  const seen: Interaction[] = [];
  const unknown: string[] = [];
  const watcher = {
    onInteraction: (one: Interaction): void => void seen.push(one),
    onUnknown: (reason: string): void => void unknown.push(reason),
  };

  const open = (setup: Partial<OobSetup> = {}): OobSession =>
    createOob({
      server: { address: `http://${server.address}`, scope: [server.address] },
      clock,
      random: systemRandom,
      createKeys: sharedSessionKeys,
      pollMs: 1_000,
      waitMs: 3_000,
      ...setup,
    });

  beforeEach(async () => {
    server = await new ScriptedServer().open();
    clock = new ManualClock();
    session = open();
    seen.length = 0;
    unknown.length = 0;
  });
  afterEach(async () => {
    const closed = session.close();
    clock.advance(10_000);
    await closed;
    await server.close();
  });

  const polls = (): number => server.calls.filter((path) => path === "/poll").length;

  /** Lets one poll happen, and waits until its answer has been dealt with: then the next one is planned, or none. */
  const pollOnce = async (isLast = false): Promise<void> => {
    const before = polls();
    clock.advance(1_000);
    await until(
      () => polls() === before + 1 && (isLast ? clock.pending === 0 : clock.nextInMs === 1_000),
      () => ({ polls: polls(), pending: clock.pending, next: clock.nextInMs, unknown }),
    );
  };

  const watchedUrl = async (script: PollScript): Promise<string> => {
    const url = await session.url();
    server.poll = script;
    session.watch(url, watcher);
    return url;
  };

  for (const mode of ["ctr", "cfb"] as const) {
    it(`reads interactions that are encrypted in ${mode} mode, in the order in which they came`, async () => {
      const url = await session.url();
      const id = session.idOf(url);
      const long = "x".repeat(10_000);
      server.poll = (call, response) => {
        const texts = [interaction(id), interaction(id.toUpperCase(), { protocol: "DNS", "raw-request": `A.${long}` })];
        answer(response, { ...sealed(call, texts, mode), extra: null });
      };
      session.watch(url, watcher);
      await pollOnce();
      assert.deepEqual(unknown, []);
      assert.deepEqual(seen[0], {
        protocol: "http",
        uniqueId: id,
        fullId: id,
        request: "GET / HTTP/1.1\r\n\r\n\xc3\xa4",
        response: "HTTP/1.1 200 OK\r\n\r\n",
        remoteAddress: "192.0.2.7",
        at: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
      });
      const [, second] = seen;
      assert.ok(second !== undefined);
      assert.deepEqual(interactionValues(second), {
        interactsh_protocol: "dns",
        interactsh_request: `a.${long}`,
        interactsh_response: "HTTP/1.1 200 OK\r\n\r\n",
        interactsh_ip: "192.0.2.7",
      });
    });
  }

  it("polls only while something is watched, and stops when its time is over", async () => {
    const url = await session.url();
    clock.advance(10_000);
    assert.deepEqual(server.calls, ["/register"]);
    session.watch(url, watcher);
    let isSettled = false;
    void session.settled(new AbortController().signal).then(() => (isSettled = true));
    await pollOnce();
    await pollOnce();
    assert.equal(isSettled, false);
    await pollOnce(true);
    await until(
      () => isSettled,
      () => "not settled",
    );
    clock.advance(60_000);
    assert.equal(polls(), 3);
    assert.deepEqual([seen, unknown], [[], []]);
  });

  it("waits no more for a url that is forgotten, nor when the signal fires", async () => {
    const url = await watchedUrl((_call, response) => answer(response, { data: null }));
    const settled = session.settled(new AbortController().signal, [url]);
    session.forget(url);
    await settled;
    session.watch(await session.url(), watcher);
    const stop = new AbortController();
    const aborted = session.settled(stop.signal);
    stop.abort();
    await aborted;
  });

  const losses: readonly (readonly [string, PollScript, RegExp])[] = [
    ["no JSON", (_call, response) => response.end("<html>"), /answered a poll with "<html>"/],
    ["another shape", (_call, response) => answer(response, { data: "text" }), /answered a poll with/],
    ["too much", (_call, response) => response.end(Buffer.alloc(9 * 1024 * 1024, 32)), /more than 8388608 bytes/],
    ["half an answer", (_call, response) => response.write("{", () => response.destroy()), /not reachable: aborted/],
    [
      "a key for another session",
      (call, response) => answer(response, { ...sealed(call, ["{}"]), aes_key: "AAAA" }),
      /1 interactions .* cannot be read/,
    ],
    [
      "messages that are no interactions",
      (call, response) => answer(response, sealed(call, ["null", "[]"])),
      /2 interactions .* cannot be read/,
    ],
    [
      "a message without its vector",
      (call, response) => answer(response, { ...sealed(call, []), data: ["QUJD"] }),
      /1 interactions .* cannot be read/,
    ],
    [
      "dropped interactions",
      (_call, response) => answer(response, { data: [], dropped: 7 }),
      /no room for 7 interactions/,
    ],
  ];
  for (const [what, script, message] of losses) {
    it(`says that nothing is known of a url when a poll gets ${what}, once`, async () => {
      await watchedUrl(script);
      await pollOnce();
      await pollOnce();
      assert.equal(unknown.length, 1, unknown.join());
      assert.match(unknown[0] ?? "", message);
    });
  }

  it("gives up a poll that is not answered in time", async () => {
    await watchedUrl(() => undefined);
    clock.advance(1_000);
    await until(
      () => polls() === 1,
      () => server.calls,
    );
    clock.advance(10_000);
    await until(
      () => unknown.length > 0,
      () => clock.pending,
    );
    assert.match(unknown[0] ?? "", /not reachable: waiting for GET \/poll took longer than 10000 ms/);
  });

  it("tells a url whose request was sent after the loss of it too", async () => {
    await watchedUrl((_call, response) => response.end("<html>"));
    const [issued, later] = [await session.url(), []];
    await pollOnce();
    const fresh = await session.url();
    const told: string[] = later;
    session.watch(issued, { ...watcher, onUnknown: (reason) => void told.push(reason) });
    session.watch(fresh, { ...watcher, onUnknown: (reason) => void told.push(`fresh: ${reason}`) });
    assert.match(told.join(), /^interactsh server answered a poll with/);
  });

  it("asks again after errors that take nothing away, and reports those that last until the end of the wait", async () => {
    const url = await watchedUrl((_call, response) => answer(response, { error: "busy" }, 503));
    const id = session.idOf(url);
    await pollOnce();
    assert.deepEqual(unknown, []);
    server.poll = (call, response) => answer(response, sealed(call, [interaction(id)]));
    await pollOnce();
    assert.equal(seen.length, 1);
    server.poll = (_call, response) => answer(response, { error: "busy" }, 503);
    await pollOnce(true);
    assert.match(unknown.join(), /^interactsh server answers 503 /);
  });

  it("registers again under the same id when the server has forgotten it, and under another one when that is taken", async () => {
    const forgotten: PollScript = (_call, response) =>
      answer(response, { error: "could not get interactions: could not get correlation-id from cache" }, 400);
    const url = await watchedUrl(forgotten);
    await pollOnce();
    assert.match(unknown.join(), /does not know this session any more/);
    assert.deepEqual(server.registered[0], server.registered[1]);
    server.register = (response) => answer(response, { error: "correlation-id provided already exists" }, 400);
    await pollOnce();
    server.register = (response) => answer(response, { message: "registration successful" });
    const renewed = await session.url();
    assert.notEqual(renewed.slice(-33, -13), url.slice(-33, -13));
  });

  it("looks after a long pause whether the server still knows the session", async () => {
    const url = await session.url();
    clock.advance(61_000);
    server.poll = (_call, response) => answer(response, { error: "could not get correlation-id from cache" }, 400);
    await session.url();
    assert.deepEqual(server.calls, ["/register", "/poll", "/register"]);
    session.watch(url, watcher);
    assert.equal(unknown.length, 1);
  });

  it("does not ask a server again at once that has just failed", async () => {
    server.register = (response) => answer(response, {}, 500);
    await assert.rejects(session.url(), ScanError);
    await assert.rejects(session.url(), ScanError);
    assert.equal(server.calls.length, 1);
    clock.advance(10_000);
    server.register = (response) => answer(response, { message: "registration successful" });
    await session.url();
  });

  it("writes urls below a name, and behind an address", async () => {
    const named = open({
      server: { address: `http://${server.address}`, domain: "oob.example.test", scope: [server.address] },
    });
    try {
      const url = await named.url();
      assert.match(url, /^[0-9a-z]{33}\.oob\.example\.test$/);
      assert.equal(named.idOf(url), url.slice(0, 33));
      assert.equal(named.serverName, "oob.example.test");
      const [first, second] = [await named.url(), await named.url()];
      assert.equal(first.slice(0, 20), second.slice(0, 20));
      assert.notEqual(first, second);
    } finally {
      await named.close();
    }
  });

  it("refuses addresses that are none", async () => {
    for (const address of ["", "http://", "ftp://127.0.0.1", "http://127.0.0.1/path", "http://a:b@127.0.0.1"]) {
      const wrong = open({ server: { address, scope: ["127.0.0.1"] } });
      await assert.rejects(
        wrong.url(),
        (error) => error instanceof ScanError && /use HOST, HOST:PORT/.test(error.message),
      );
    }
  });
});
