import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GarrisonClient } from "../../../src/client/index.ts";
import { built } from "../../support/built.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";
import { RespondNode } from "./respond-node.ts";

const secret = "the secret of the edr";

const config = `  http:
    listen: 127.0.0.1:0
    sources: [{ name: edr, secretFile: edr.secret, kind: ransomware }]
  syslog:
    udp: 127.0.0.1:0
    sources: [{ from: 127.0.0.1, name: fw, kind: network-attack }]
`;

describe("the doors for events of a node", function () {
  this.timeout(60_000);
  const folder = tempDir("respond-doors");
  let node: RespondNode;
  let client: GarrisonClient;

  before(async () => {
    await built();
    writeFileSync(join(folder.path, "edr.secret"), `${secret}\n`, { mode: 0o600 });
    node = new RespondNode(folder.path, { playbooks: {}, respond: config });
    client = await node.client();
  });
  after(async () => {
    await node.stop();
    folder.remove();
  });

  /** The log is where a node says which ports it has got. */
  const address = (said: string, key: string): string => {
    const line = node.service.running
      .stderr()
      .split("\n")
      .find((text) => text.includes(said));
    const facts = JSON.parse(line ?? "{}") as Readonly<Record<string, unknown>>;
    return String(facts[key]);
  };

  const post = (body: string, key = secret): Promise<Response> => {
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const signature = createHmac("sha256", key).update(`${timestamp}.${body}`).digest("hex");
    return fetch(`http://${address("events are taken over HTTP", "address")}/v1/events`, {
      method: "POST",
      body,
      headers: {
        "content-type": "application/json",
        "x-garrison-source": "edr",
        "x-garrison-timestamp": timestamp,
        "x-garrison-signature": `sha256=${signature}`,
      },
    });
  };

  it("take what is signed by a source of the config over HTTP", async () => {
    const answer = await post(JSON.stringify({ id: "h1", data: { host: "pc-7" } }));
    assert.equal(answer.status, 200, await answer.clone().text());
    assert.deepEqual(await answer.json(), { results: [{ key: "edr/h1", status: "accepted" }] });
    assert.equal((await client.events.get("edr/h1")).event.kind, "ransomware");
    assert.equal((await post("{}", "another secret of it")).status, 401);
  });

  it("take syslog, by the name that the sender has in the config", async () => {
    const socket = createSocket("udp4");
    const [host = "", port = ""] = address("events are taken over syslog", "udp").split(":");
    socket.send("<34>1 2026-05-01T12:00:00Z fw1 sshd 1 - - login failed", Number(port), host);
    let listed = (await client.events.list()).events;
    await until(
      async () => (listed = (await client.events.list()).events).some(({ event }) => event.source === "fw"),
      () => listed,
    );
    assert.equal(listed.find(({ event }) => event.source === "fw")?.event.kind, "network-attack");
    socket.close();
    await once(socket, "close");
  });

  it("are shown in the metrics", async () => {
    assert.equal(await node.metric(/^garrison_events_received_total\{transport="http",outcome="stored"\} (\d+)/m), 1);
    assert.equal(await node.metric(/^garrison_events_received_total\{transport="udp",outcome="stored"\} (\d+)/m), 1);
    assert.equal(await node.metric(/^garrison_events_stored_total\{status="accepted"\} (\d+)/m), 2);
    assert.equal(await node.metric(/^garrison_refused_total\{door="events",reason="wrong-signature"\} (\d+)/m), 1);
  });
});
