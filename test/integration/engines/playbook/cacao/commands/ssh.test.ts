import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import type { Json } from "../../../../../../src/base/json.ts";
import type { CommandOutput } from "../../../../../../src/engines/playbook/cacao/commands/call.ts";
import { outputChars } from "../../../../../../src/engines/playbook/cacao/commands/call.ts";
import { executeCommand } from "../../../../../../src/engines/playbook/cacao/commands/execute-command.ts";
import { CommandFailure } from "../../../../../../src/engines/playbook/cacao/commands/failure.ts";
import { playbookBounds } from "../../../../../../src/engines/playbook/playbook.ts";
import { sshKeys, TestSshServer } from "../../../../../support/ssh-server.ts";
import { until } from "../../../../../support/until.ts";

interface Attempt {
  readonly command?: string;
  readonly secret?: string;
  readonly knownHosts?: readonly string[];
  readonly ssh?: boolean;
  readonly signal?: AbortSignal;
  readonly host?: string;
}

const password = "correct horse battery";

/** Executes a command on a server as its user `ops`. */
const execute = (port: number, attempt: Attempt): Promise<CommandOutput> => {
  const { command = "uptime", secret = password, knownHosts = [], ssh = true, host = "127.0.0.1" } = attempt;
  const { signal = new AbortController().signal } = attempt;
  const input = { step: "action--1", agent: "us", host, port, command, authentication: "user-auth" } satisfies Json;
  const withheld: Json = {
    authentication: { type: "user-auth", user: "ops", password: { type: "secret", name: "ops" } },
  };
  const context = {
    signal,
    idempotencyKey: "run-1",
    runId: "run",
    step: 1,
    secret: () => secret,
    log: () => undefined,
  };
  return executeCommand("ssh", input, withheld, context, {
    ssh,
    knownHosts,
    authorities: [],
    manualTimeoutMs: 1,
    repeat: {},
  });
};

/** What a command fails with. */
const failure = async (executed: Promise<CommandOutput>): Promise<{ code: string; message: string }> => {
  try {
    await executed;
  } catch (thrown) {
    assert.ok(thrown instanceof CommandFailure, String(thrown));
    return { code: thrown.code, message: thrown.message };
  }
  return assert.fail("it did not fail");
};

const fingerprintOf = (publicKey: string): string =>
  `SHA256:${createHash("sha256")
    .update(Buffer.from(publicKey.split(" ")[1] ?? "", "base64"))
    .digest("base64")
    .replace(/=+$/, "")}`;

describe("a command by ssh", () => {
  const hostKeys = sshKeys("ed25519");
  let server: TestSshServer;

  /** A server whose user is `ops`; stopped after the test. */
  const start = async (options: Partial<Parameters<typeof TestSshServer.start>[0]> = {}): Promise<TestSshServer> => {
    server = await TestSshServer.start({ hostKeys: [hostKeys.privateKey], users: { ops: { password } }, ...options });
    return server;
  };
  const known = (publicKey = hostKeys.publicKey): readonly string[] => [`[127.0.0.1]:${server.port} ${publicKey}`];

  afterEach(async () => {
    await until(
      () => server.open.size === 0,
      () => `${server.open.size} connections are left open`,
    );
    await server.stop();
  });

  it("answers what the command wrote, and its exit code", async () => {
    await start({
      shell: (command, channel) => {
        channel.stderr.write("careful");
        channel.write(`did ${command}, `);
        channel.write("ganz schön\n\r\n");
        channel.exit(0);
        channel.end();
      },
    });
    const output = await execute(server.port, { command: "reload 'a b'", knownHosts: known() });
    assert.deepEqual(output, {
      text: "did reload 'a b', ganz schön",
      truncated: false,
      facts: { exit_code: 0, stderr: "careful" },
    });
    assert.deepEqual(server.commands, ["reload 'a b'"]);
  });

  it("lets a user in by private key", async () => {
    for (const type of ["ed25519", "rsa", "ecdsa"] as const) {
      const user = sshKeys(type);
      await start({ users: { ops: { publicKey: user.publicKey } } });
      const { text } = await execute(server.port, { secret: `\n${user.privateKey}\n`, knownHosts: known() });
      assert.equal(text, "did uptime", type);
      await server.stop();
    }
    await start();
  });

  it("knows a host by any of its keys", async () => {
    const [rsa, ecdsa] = [sshKeys("rsa"), sshKeys("ecdsa")];
    await start({ hostKeys: [hostKeys.privateKey, rsa.privateKey, ecdsa.privateKey] });
    for (const { publicKey } of [hostKeys, rsa, ecdsa]) {
      assert.equal((await execute(server.port, { knownHosts: known(publicKey) })).text, "did uptime");
    }
  });

  it("refuses a host that nobody knows, before it shows the password", async () => {
    await start();
    const other = "[127.0.0.2]:22 ssh-ed25519 AAAA";
    const { code, message } = await failure(execute(server.port, { knownHosts: [other] }));
    assert.equal(code, "refused");
    assert.match(message, new RegExp(`\\[127\\.0\\.0\\.1\\]:${server.port} is not known`));
    assert.ok(message.includes(fingerprintOf(hostKeys.publicKey)), message);
    assert.match(message, /respond\.ssh\.knownHosts/);
    assert.match(message, /line 1 of that file cannot be read/);
    assert.deepEqual(server.passwords, []);
  });

  it("refuses a host whose key has changed, naming both", async () => {
    await start();
    const before = sshKeys("ed25519");
    const { code, message } = await failure(execute(server.port, { knownHosts: known(before.publicKey) }));
    assert.equal(code, "refused");
    assert.ok(message.includes(fingerprintOf(hostKeys.publicKey)), message);
    assert.ok(message.includes(fingerprintOf(before.publicKey)), message);
    assert.deepEqual(server.passwords, []);
  });

  it("refuses a host that shows a key of another type than the one that is known", async () => {
    await start();
    const { code, message } = await failure(execute(server.port, { knownHosts: known(sshKeys("rsa").publicKey) }));
    assert.equal(code, "refused");
    assert.match(message, /another key/);
  });

  it("refuses a revoked key, and one that only a certificate authority vouches for", async () => {
    await start();
    const [line = ""] = known();
    const revoked = await failure(execute(server.port, { knownHosts: [line, `@revoked ${line}`] }));
    assert.equal(revoked.code, "refused");
    assert.match(revoked.message, /revoked/);
    const authority = await failure(execute(server.port, { knownHosts: [`@cert-authority ${line}`] }));
    assert.equal(authority.code, "refused");
    assert.match(authority.message, /host certificates are not supported/);
  });

  it("connects to nobody when ssh is off or no host is known", async () => {
    await start();
    const off = await failure(execute(server.port, { knownHosts: known(), ssh: false }));
    assert.equal(off.code, "refused");
    assert.match(off.message, /respond\.commands\.ssh/);
    const none = await failure(execute(server.port, {}));
    assert.equal(none.code, "refused");
    assert.match(none.message, /respond\.ssh\.knownHosts/);
  });

  it("fails for a wrong password, and says nothing of it", async () => {
    await start();
    const secret = "wrong-but-secret";
    const { code, message } = await failure(execute(server.port, { secret, knownHosts: known() }));
    assert.equal(code, "threw");
    assert.match(message, /does not let the user in with this password/);
    assert.ok(!message.includes(secret));
    assert.deepEqual(server.passwords, [secret], "it was tried once");
  });

  it("fails for a key that the host does not take, and for one that is none", async () => {
    await start();
    const stranger = await failure(
      execute(server.port, { secret: sshKeys("ed25519").privateKey, knownHosts: known() }),
    );
    assert.match(stranger.message, /does not let the user in with this key/);
    const secret = "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----";
    const broken = await failure(execute(server.port, { secret, knownHosts: known() }));
    assert.equal(broken.code, "threw");
    assert.match(broken.message, /private key cannot be used/);
  });

  it("says so when a host takes only what is not supported", async () => {
    await start({ methods: ["keyboard-interactive"] });
    const { code, message } = await failure(execute(server.port, { knownHosts: known() }));
    assert.equal(code, "threw");
    assert.match(message, /takes no password but only: keyboard-interactive/);
  });

  it("fails for an exit code, with what was written as errors, and never with a secret", async () => {
    await start({
      shell: (_command, channel) => {
        channel.write("half");
        channel.stderr.write(`bash: ${password}: not found`);
        channel.exit(127);
        channel.end();
      },
    });
    const { code, message } = await failure(execute(server.port, { knownHosts: known() }));
    assert.equal(code, "threw");
    assert.match(message, /ended with exit code 127: bash: \*\*\*: not found/);
  });

  it("hides the secret in what the command wrote", async () => {
    await start({
      shell: (_command, channel) => {
        channel.write(`{"password":"${password}"}`);
        channel.exit(0);
        channel.end();
      },
    });
    assert.equal((await execute(server.port, { knownHosts: known() })).text, '{"password":"***"}');
  });

  it("fails when a signal ended the command", async () => {
    await start({
      shell: (_command, channel) => {
        channel.exit("KILL", false, "killed");
        channel.end();
      },
    });
    assert.match((await failure(execute(server.port, { knownHosts: known() }))).message, /was ended by SIGKILL/);
  });

  it("keeps the beginning of a large output, and it fits into a step", async () => {
    const line = `${'"'.repeat(63)}\n`;
    await start({
      shell: (_command, channel) => {
        channel.stderr.write("\u0001".repeat(100_000));
        channel.write(line.repeat(20_000), () => {
          channel.exit(0);
          channel.end();
        });
      },
    });
    const output = await execute(server.port, { knownHosts: known() });
    assert.ok(output.truncated);
    assert.ok(output.text.startsWith(line));
    assert.ok(output.text.length > 10_000 && output.text.length <= outputChars, String(output.text.length));
    assert.ok(Buffer.byteLength(JSON.stringify(output)) <= playbookBounds.valueBytes);
  });

  it("gives bytes that are no text in base64", async () => {
    await start({
      shell: (_command, channel) => {
        channel.write(Buffer.from([0xff, 0xfe, 0x00]));
        channel.exit(0);
        channel.end();
      },
    });
    const { text, facts } = await execute(server.port, { knownHosts: known() });
    assert.equal(text, "//4A");
    assert.equal(facts["encoding"], "base64");
  });

  it("ends a command that hangs when it is aborted", async () => {
    await start({ shell: () => undefined });
    const abort = new AbortController();
    const failed = failure(execute(server.port, { knownHosts: known(), signal: abort.signal }));
    await until(
      () => server.commands.length === 1,
      () => "the command did not begin",
    );
    abort.abort();
    assert.deepEqual(await failed, { code: "threw", message: "it was aborted" });
  });

  it("fails when the host dies in the middle, and does not say that the command is done", async () => {
    await start({ shell: () => server.die() });
    const { code, message } = await failure(execute(server.port, { knownHosts: known() }));
    assert.equal(code, "threw");
    assert.match(message, /closed the connection|nobody knows how/);
  });

  it("fails for a host that is not there, and for one that speaks something else", async () => {
    await start();
    const silent = createServer((socket) => socket.resume().end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    silent.listen(0, "127.0.0.1");
    await once(silent, "listening");
    const { port } = silent.address() as AddressInfo;
    const other = await failure(execute(port, { knownHosts: [`[127.0.0.1]:${port} ${hostKeys.publicKey}`] }));
    assert.equal(other.code, "threw");
    silent.close();
    await once(silent, "close");
    const gone = await failure(execute(port, { knownHosts: [`[127.0.0.1]:${port} ${hostKeys.publicKey}`] }));
    assert.match(gone.message, /ECONNREFUSED/);
  });
});
