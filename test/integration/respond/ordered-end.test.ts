import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { built } from "../../support/built.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";
import type { GarrisonClient } from "../../../src/client/index.ts";
import { RespondNode } from "./respond-node.ts";

/** Two steps that must not be repeated: the first takes a second at the server, the second follows from it. */
const playbook = `
const call = async ({ url }) => (await fetch(url, { method: "POST" })).status;
export const actions = { block: { run: call, idempotent: false }, tell: { run: call, idempotent: false } };
export const onStart = async (event, run) => {
  const blocked = await run.act("block", { url: event.data.server + "/block" });
  return [blocked, await run.act("tell", { url: event.data.server + "/tell" })];
};
`;

describe("a node that is asked to end while a step is under way", function () {
  this.timeout(90_000);
  const folder = tempDir("respond-end");
  const requests: string[] = [];
  let server: Server;
  let node: RespondNode;
  let address = "";

  const open = (): Promise<GarrisonClient> => {
    const host = address.slice("http://".length);
    const respond = `  egress: ["${host}"]\n  pool: { spare: 1, max: 2, warmThreads: 1 }\n`;
    node = new RespondNode(folder.path, { playbooks: { "answer.js": playbook }, respond });
    return node.client();
  };

  before(async () => {
    await built();
    server = createServer((request, response) => {
      requests.push(request.url ?? "");
      setTimeout(() => response.end(), 1_000);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(async () => {
    await node.stop();
    server.close();
    folder.remove();
  });

  it("keeps how the step ended; started again it goes on with the next one, and asks nobody", async () => {
    const first = await open();
    const event = { id: "e1", source: "edr", kind: "ransomware", data: { server: address } };
    const { id } = await first.runs.start("answer", event);
    await until(
      () => requests.length === 1,
      () => ({ requests, stderr: node.service.running.stderr() }),
    );
    await node.stop("SIGTERM");
    const { code, stderr } = await node.service.running.ended;
    assert.equal(code, 0, stderr);
    assert.deepEqual(requests, ["/block"], "a step began while the node ended");

    const second = await open();
    let run = await second.runs.get(id);
    await until(
      async () => !["queued", "running"].includes((run = await second.runs.get(id)).state),
      () => run,
    );
    assert.deepEqual([run.state, run.output, run.executions], ["done", [200, 200], 2], JSON.stringify(run));
    assert.deepEqual(requests, ["/block", "/tell"]);
    const { steps } = await second.runs.steps(id);
    assert.deepEqual(
      steps.map(({ name, state, executions }) => [name, state, executions]),
      [
        ["block", "done", 1],
        ["tell", "done", 1],
      ],
    );
  });
});
