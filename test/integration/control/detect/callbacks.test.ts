import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { isIP, type AddressInfo } from "node:net";
import type { Callback } from "../../../../src/actors/detect/index.ts";
import type { ResolveName } from "../../../../src/control/detect/callback-sender.ts";
import { CallbackSender, ControlError } from "../../../../src/control/index.ts";
import { offer, TestRelay, white } from "../../../support/detect-centre.ts";
import { until } from "../../../support/until.ts";
import { DetectNode } from "./detect-node.ts";

interface Taken {
  readonly method: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const callback = (url: string): Callback => ({
  url,
  id: "cb-1",
  verdict: { sha256: "a".repeat(64), state: "unknown", sampleHere: true, decidedAtMs: 1.5 },
});
const unaborted = new AbortController().signal;

describe("callbacks with verdicts", () => {
  let server: Server;
  let taken: Taken[];
  let status: number;
  let answers: boolean;
  beforeEach(async () => {
    taken = [];
    status = 204;
    answers = true;
    server = createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8");
      request.on("data", (text: string) => (body += text));
      request.on("end", () => {
        taken.push({ method: request.method, headers: request.headers, body });
        if (answers) response.writeHead(status, { location: "http://127.0.0.1:1/" }).end();
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });

  const port = (): number => (server.address() as AddressInfo).port;
  const outOfScope = (call: Promise<unknown>): Promise<void> =>
    assert.rejects(call, (error) => error instanceof ControlError && error.code === "out-of-scope");

  it("are sent as JSON, with a key that is equal for each try, to an address or a name that is listed", async () => {
    const url = `http://127.0.0.1:${port()}/verdicts?x=1`;
    await new CallbackSender(["127.0.0.0/8"]).send(callback(url), unaborted);
    await new CallbackSender([`localhost:${port()}`]).send(callback(`http://localhost:${port()}/`), unaborted);
    // The name is looked up, and what it leads to is listed.
    await new CallbackSender(["127.0.0.0/8"]).send(callback(`http://localhost:${port()}/`), unaborted);
    assert.deepEqual(
      taken.map(({ method, headers }) => [method, headers["content-type"], headers["idempotency-key"]]),
      Array.from({ length: 3 }, () => ["POST", "application/json", "cb-1"]),
    );
    assert.deepEqual(JSON.parse(taken[0]?.body ?? ""), {
      id: "cb-1",
      verdict: { sha256: "a".repeat(64), state: "unknown", sampleHere: true, decidedAtMs: 2 },
    });
  });

  it("are sent nowhere else, whatever a name leads to", async () => {
    const url = `http://127.0.0.1:${port()}/`;
    await outOfScope(new CallbackSender([]).send(callback(url), unaborted));
    await outOfScope(new CallbackSender([`127.0.0.1:${port() === 1 ? 2 : 1}`]).send(callback(url), unaborted));
    await outOfScope(new CallbackSender(["127.0.0.2"]).send(callback(`http://localhost:${port()}/`), unaborted));
    await outOfScope(new CallbackSender(["[::1]"]).send(callback(url), unaborted));
    assert.deepEqual(taken, []);
  });

  it("are sent to the addresses that were checked, whatever the name leads to later; never to what needs an entry of its own", async () => {
    const asked: string[] = [];
    const leadingTo =
      (...addresses: readonly string[]): ResolveName =>
      (name, _options, done) => {
        asked.push(name);
        done(
          null,
          [addresses[asked.length - 1] ?? "192.0.2.1"].map((address) => ({ address, family: isIP(address) })),
        );
      };
    const name = `hook.example:${port()}`;
    const url = `http://${name}/`;
    const send = (egress: readonly string[], resolve: ResolveName): Promise<void> =>
      new CallbackSender(egress, resolve).send(callback(url), unaborted);
    // The second answer would lead elsewhere: there is none.
    await send([name, "127.0.0.1"], leadingTo("127.0.0.1", "169.254.169.254"));
    assert.deepEqual([asked, taken.length], [["hook.example"], 1]);
    const inward = [
      "127.0.0.1",
      "10.0.0.1",
      "169.254.1.1",
      "169.254.169.254",
      "fe80::1",
      "fd00:ec2::254",
      "::ffff:169.254.169.254",
    ];
    for (const address of inward) {
      asked.length = 0;
      await outOfScope(send([name, "*.example", "0.0.0.0/0", "::/0"], leadingTo(address)));
      assert.deepEqual(asked, ["hook.example"], address);
    }
    await outOfScope(new CallbackSender(["0.0.0.0/0"]).send(callback("http://169.254.169.254/"), unaborted));
    assert.equal(taken.length, 1);
  });

  it("are not taken when the receiver says so, redirects, or does not answer", async () => {
    const sender = new CallbackSender(["127.0.0.1"]);
    const url = `http://127.0.0.1:${port()}/`;
    for (const refused of [500, 404, 302]) {
      status = refused;
      await assert.rejects(sender.send(callback(url), unaborted), new RegExp(`with ${refused}$`));
    }
    answers = false;
    const ending = new AbortController();
    const sent = sender.send(callback(url), ending.signal);
    await until(
      () => taken.length === 4,
      () => taken,
    );
    ending.abort();
    await assert.rejects(sent, { name: "AbortError" });
  });

  it("tell who submitted a sample what became of it", async () => {
    const detect = await DetectNode.start({ egress: ["127.0.0.1"] });
    const relay = new TestRelay(detect.centre.desk, [offer("yara"), offer("digest")]);
    await relay.announce();
    const { detection } = detect.node.client();
    const callbackUrl = `http://127.0.0.1:${port()}/verdicts`;
    const bytes = async function* (): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Buffer.from("sample"));
    };
    const { sha256 } = await detection.submit({ taskType: "sample-file", callbackUrl }, bytes);
    await relay.work(() => white);
    await until(
      () => taken.length === 1,
      () => detect.centre.events,
      10_000,
    );
    const { verdict } = JSON.parse(taken[0]?.body ?? "") as {
      verdict: { sha256: string; decision: { trust: string } };
    };
    assert.equal(verdict.sha256, sha256);
    assert.equal(verdict.decision.trust, "white");
    await detect.stop();
  });
});
