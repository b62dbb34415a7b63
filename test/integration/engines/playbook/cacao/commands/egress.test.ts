import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, Socket } from "node:net";
import type { Json } from "../../../../../../src/base/json.ts";
import type { CommandOutput } from "../../../../../../src/engines/playbook/cacao/commands/call.ts";
import { executeCommand } from "../../../../../../src/engines/playbook/cacao/commands/execute-command.ts";
import { CommandFailure } from "../../../../../../src/engines/playbook/cacao/commands/failure.ts";
import { EgressRules } from "../../../../../../src/engines/playbook/child/egress/egress-rules.ts";
import { guardSockets } from "../../../../../../src/engines/playbook/child/egress/guard-sockets.ts";
import { noCacaoSettings } from "../../../../../support/command-place.ts";
import { sshKeys, TestSshServer } from "../../../../../support/ssh-server.ts";

const key = sshKeys("ed25519");

const execute = (name: string, input: Json, withheld: Json, knownHosts: readonly string[]): Promise<CommandOutput> => {
  const { signal } = new AbortController();
  const context = { signal, idempotencyKey: "", runId: "", step: 1, secret: () => "", log: () => undefined };
  return executeCommand(name, input, withheld, context, { ...noCacaoSettings, knownHosts });
};

/** What a thread of a playbook may reach, in this process as long as a test lasts. */
describe("a command whose host respond.egress does not list", () => {
  // The original is put back, whatever was put in its place.
  const connect: unknown = Reflect.get(Socket.prototype, "connect");
  let allowed: readonly string[] = [];
  let server: Server;
  let machine: TestSshServer;

  before(async () => {
    machine = await TestSshServer.start({ hostKeys: [key.privateKey], users: { ops: { password: "password" } } });
    server = createServer((_request, response) => void response.end("reached")).listen(0, "127.0.0.1");
    await once(server, "listening");
    guardSockets(() => new EgressRules(allowed));
  });
  after(async () => {
    Reflect.set(Socket.prototype, "connect", connect);
    server.close();
    await machine.stop();
  });

  const viaHttp = (host: string): Promise<CommandOutput> => {
    const { port } = server.address() as AddressInfo;
    return execute("http-api", { method: "GET", url: `http://${host}:${port}/`, headers: {} }, {}, []);
  };
  const viaSsh = (host: string): Promise<CommandOutput> => {
    const { port } = machine;
    return execute(
      "ssh",
      { host, port, command: "id", authentication: "user-auth" },
      { authentication: { type: "user-auth", user: "ops", password: { type: "text", text: "password" } } },
      [`[${host}]:${port} ${key.publicKey}`],
    );
  };

  it("is refused by the name of the host, whether it has a name or an address", async () => {
    allowed = ["10.0.0.0/8"];
    for (const host of ["127.0.0.1", "localhost"]) {
      for (const refused of [viaHttp(host), viaSsh(host)]) {
        await assert.rejects(refused, (thrown) => {
          assert.ok(thrown instanceof CommandFailure, String(thrown));
          assert.equal(thrown.code, "refused", thrown.message);
          assert.match(thrown.message, new RegExp(`${host}:\\d+.* is not allowed: .*respond\\.egress`));
          return true;
        });
      }
    }
    assert.deepEqual(machine.commands, []);
  });

  it("is executed once it is listed", async () => {
    allowed = ["127.0.0.0/8"];
    assert.equal((await viaHttp("127.0.0.1")).text, "reached");
    assert.equal((await viaSsh("127.0.0.1")).text, "did id");
  });
});
