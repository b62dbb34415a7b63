import assert from "node:assert/strict";
import { ScanError } from "../../../src/engines/scan/errors.ts";
import { interactionValues } from "../../../src/engines/scan/oob/index.ts";
import { until } from "../../support/until.ts";
import { fetchFrom, Oob, oobToken, Seen } from "./collaborator.ts";

const neverAborted = new AbortController().signal;

describe("a session with the built-in collaborator", () => {
  let oob: Oob;
  afterEach(() => oob.stop());

  it("tells of a contact with a url that has its id in the path, and of nothing else", async () => {
    oob = await Oob.start();
    const session = oob.session();
    const [url, other] = [await session.url("127.0.0.1"), await session.url("127.0.0.1")];
    assert.equal(session.serverName, oob.collaborator.httpAddress);
    assert.equal(url, `${oob.collaborator.httpAddress}/${session.idOf(url)}`);
    assert.match(session.idOf(url), /^[0-9a-z]{33}$/);
    const [seen, unseen] = [new Seen(), new Seen()];
    const answer = await fetchFrom(`http://${url}/data?secret=é`, { headers: { "X-Case": "Kept" } });
    const reversed = session.idOf(url).split("").reverse().join("");
    assert.equal(answer.body, `<html><head></head><body>${reversed}</body></html>`);
    assert.equal(answer.headers["x-interactsh-version"], "garrison");
    session.watch(url, seen);
    session.watch(other, unseen);
    await session.settled(neverAborted);
    assert.deepEqual([unseen.interactions, unseen.unknown, seen.unknown], [[], [], []]);
    const [interaction, ...more] = seen.interactions;
    assert.ok(interaction !== undefined && more.length === 0, `${seen.interactions.length} interactions`);
    assert.equal(interaction.uniqueId, session.idOf(url));
    const values = interactionValues(interaction);
    assert.equal(values["interactsh_protocol"], "http");
    assert.equal(values["interactsh_ip"], "127.0.0.1");
    const { request, response } = interaction;
    assert.deepEqual([values["interactsh_request"], values["interactsh_response"]], [request, response]);
    assert.match(request, /^GET \/[0-9a-z]{33}\/data\?secret=\S+ HTTP\/1\.1\r\n/);
    assert.match(request, /\r\nX-Case: Kept\r\n/);
    assert.match(response, new RegExp(`^HTTP/1\\.1 200 OK\r\n[^]*${reversed}</body></html>$`));
  });

  it("hands over what came before the url was watched", async () => {
    oob = await Oob.start();
    const session = oob.session({ waitMs: 5_000 });
    const [early, late] = [await session.url(), await session.url()];
    const [first, second] = [new Seen(), new Seen()];
    await fetchFrom(`http://${early}`);
    session.watch(late, second);
    await fetchFrom(`http://${late}`);
    await until(
      () => second.interactions.length === 1,
      () => second,
    );
    assert.equal(first.interactions.length, 0);
    session.watch(early, first);
    assert.equal(first.interactions.length, 1);
  });

  it("is told when the collaborator was started anew, and its urls count again after that", async () => {
    oob = await Oob.start();
    const session = oob.session({ waitMs: 5_000 });
    const url = await session.url();
    const seen = new Seen();
    session.watch(url, seen);
    await oob.restart();
    await until(
      () => seen.unknown.length > 0,
      () => seen,
    );
    assert.match(seen.unknown[0] ?? "", /interactsh server (does not know this session|not reachable)/);
    await until(
      () => oob.collaborator.sessions === 1,
      () => oob.collaborator.sessions,
    );
    await fetchFrom(`http://${url}`);
    await until(
      () => seen.interactions.length === 1,
      () => seen,
    );
    assert.equal(seen.unknown.length, 1);
  });

  it("says that nothing is known, not that nothing came, when the server is gone", async () => {
    oob = await Oob.start();
    const session = oob.session({ waitMs: 50 });
    const url = await session.url();
    await oob.collaborator.close();
    const seen = new Seen();
    session.watch(url, seen);
    await session.settled(neverAborted);
    assert.match(seen.unknown.join(), /^interactsh server not reachable: /);
  });

  it("fails for the request that wants a url when the server is not there, is not permitted, or wants another token", async () => {
    oob = await Oob.start();
    const { server } = oob;
    const cases = [
      [
        { ...server, address: "http://127.0.0.1:1", scope: ["127.0.0.1"] },
        /^interactsh server not reachable: .*ECONNREFUSED/,
      ],
      [{ ...server, scope: ["127.0.0.9"] }, /^interactsh server may not be contacted: .*not in scope/],
      [{ ...server, token: "wrong" }, /^interactsh server refuses the token/],
    ] as const;
    for (const [wrong, message] of cases) {
      const session = oob.session({ server: wrong });
      await assert.rejects(session.url(), (error) => {
        assert.ok(error instanceof ScanError && error.code === "oob-unavailable", String(error));
        assert.match(error.message, message);
        return true;
      });
    }
    assert.equal(oob.refusals.of("collaborator", "wrong-token"), 1);
    assert.equal(oob.collaborator.sessions, 0);
  });

  it("refuses targets on other machines, which could not contact this one's loopback", async () => {
    oob = await Oob.start();
    const resolve = (name: string): Promise<readonly string[]> =>
      Promise.resolve([name === "here.test" ? "127.0.0.7" : "192.0.2.7"]);
    const session = oob.session({ resolve });
    for (const host of ["127.0.0.1", "[::1]", "localhost", "a.localhost", "here.test"]) await session.url(host);
    for (const host of ["192.0.2.1", "there.test"]) {
      await assert.rejects(session.url(host), /is another one: set interactsh\.server/);
    }
  });

  it("bounds the urls in use, and takes new ones when some are forgotten", async () => {
    oob = await Oob.start();
    const session = oob.session({ maxUrls: 2 });
    const [first] = [await session.url(), await session.url()];
    await assert.rejects(session.url(), /2 interactsh urls are in use already/);
    session.forget(first ?? "");
    await session.url();
  });

  it("ends its session at the server when it is closed", async () => {
    oob = await Oob.start();
    const session = oob.session();
    await session.url();
    assert.equal(oob.collaborator.sessions, 1);
    await session.close();
    assert.equal(oob.collaborator.sessions, 0);
    await assert.rejects(session.url(), /closed/);
  });

  it("reports interactions that there was no room for", async () => {
    oob = await Oob.start({ limits: { interactions: 3 } });
    const session = oob.session({ pollMs: 100 });
    const url = await session.url();
    for (let at = 0; at < 5; at += 1) await fetchFrom(`http://${url}/${at}`);
    const seen = new Seen();
    session.watch(url, seen);
    await session.settled(neverAborted);
    assert.deepEqual(seen.unknown, ["the interactsh server had no room for 2 interactions"]);
    assert.deepEqual(
      seen.interactions.map(({ fullId }) => fullId.slice(-2)),
      ["/2", "/3", "/4"],
    );
  });

  it("reports interactions that came too fast", async () => {
    oob = await Oob.start({ limits: { burst: 2, perSecond: 0 } });
    const session = oob.session();
    const url = await session.url();
    const answers = [
      await fetchFrom(`http://${url}`),
      await fetchFrom(`http://${url}`),
      await fetchFrom(`http://${url}`),
    ];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 429],
    );
    const seen = new Seen();
    session.watch(url, seen);
    await session.settled(neverAborted);
    assert.equal(seen.interactions.length, 2);
    assert.equal(seen.unknown.length, 1);
    assert.equal(oob.refusals.of("collaborator", "too-fast"), 1);
  });

  it("starts the server when the first url is wanted, once", async () => {
    oob = await Oob.start();
    let found = 0;
    const server = (): Promise<typeof oob.server> => {
      found += 1;
      return Promise.resolve(oob.server);
    };
    const session = oob.session({ server });
    assert.equal(found, 0);
    await Promise.all([session.url(), session.url(), session.url()]);
    assert.equal(found, 1);
    assert.equal(oobToken, oob.server.token);
  });
});
