import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { built } from "../../support/built.ts";
import { action, command, idOf, playbookOf } from "../../support/cacao/playbook-source.ts";
import { runCommand } from "../../support/command-line.ts";
import { freePorts, Service } from "../../support/service.ts";
import { sshKeys, TestSshServer } from "../../support/ssh-server.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";

const token = 'tok"en/of the+API-5b1d';
const password = "p4ss&word of root-93c7";
/** As they are, and as JSON, URLs, base64 and basic authentication write them. */
const forms = [token, password, `root:${password}`].flatMap((secret) => [
  secret,
  JSON.stringify(secret).slice(1, -1),
  encodeURIComponent(secret),
  Buffer.from(secret).toString("base64"),
]);

const oauth = idOf("oauth2", "api");
const basic = idOf("http-basic", "api");
const login = idOf("user-auth", "root");
const kms = (name: string) => ({ kms: true, kms_key_identifier: name });

describe("secrets that a CACAO playbook uses on a real node", function () {
  this.timeout(120_000);
  const folder = tempDir("cacao-secrets");
  const seen: string[] = [];
  let service: Service | undefined;
  let ssh: TestSshServer;
  /** Tells whoever asks what it was told, in every place that an answer has. */
  const echo = createServer((request, response) => {
    const { authorization = "" } = request.headers;
    seen.push(authorization);
    const said = authorization.replace(/^\S+ /, "");
    const status = Number(/\d{3}$/.exec(request.url ?? "")?.[0] ?? 200);
    response.writeHead(status, {
      "X-Echo": said,
      "Set-Cookie": `session=${said}`,
      Location: `/next?token=${encodeURIComponent(said)}`,
    });
    response.end(JSON.stringify({ said, header: authorization, in: [encodeURIComponent(said)] }));
  });

  const write = (path: string, content: string): string => {
    const file = join(folder.path, path);
    writeFileSync(file, content, { mode: 0o600 });
    return file;
  };
  const garrison = (...args: readonly string[]) =>
    runCommand(args, { environment: { XDG_STATE_HOME: join(folder.path, "state"), GARRISON_NODE: address } });
  let address = "";

  before(async () => {
    await built();
    echo.listen(0, "127.0.0.1");
    await once(echo, "listening");
    const { port } = echo.address() as AddressInfo;
    const host = sshKeys("ed25519");
    ssh = await TestSshServer.start({
      hostKeys: [host.privateKey],
      users: { root: { password } },
      shell: (text, channel) => {
        channel.write(`you came with ${password}`);
        channel.stderr.write(`again: ${password}`);
        channel.exit(text === "fail" ? 1 : 0);
        channel.end();
      },
    });
    for (const name of ["playbooks", "rules"]) mkdirSync(join(folder.path, name));
    const http = (authentication: string) => ({
      type: "http-api",
      address: { ipv4: ["127.0.0.1"] },
      port: String(port),
      authentication_info: authentication,
    });
    const fails = (then: string) => ({ on_failure: then, on_success: then });
    const playbook = playbookOf("Secrets", {
      agents: { api: http(oauth), old: http(basic) },
      targets: {
        machine: {
          type: "ssh",
          address: { ipv4: ["127.0.0.1"] },
          port: String(ssh.port),
          authentication_info: login,
        },
      },
      steps: {
        one: action(["200", "201"], { agent: "api", on_completion: "two" }),
        two: action("200", { agent: "old", on_completion: "three" }),
        three: action("401", { agent: "api", ...fails("four") }),
        four: action("302", { agent: "old", ...fails("five") }),
        five: action("work", { targets: ["machine"], on_completion: "six" }, "ssh"),
        six: { commands: [command("fail", "ssh")], targets: ["machine"] },
      },
      also: {
        authentication_info_definitions: {
          [oauth]: { type: "oauth2", oauth_header: "Authorization: Bearer", token: "", ...kms("token") },
          [basic]: { type: "http-basic", user_id: "root", ...kms("password") },
          [login]: { type: "user-auth", username: "root", ...kms("password") },
        },
      },
    });
    write("playbooks/secrets.json", JSON.stringify(playbook));
    write("token", token);
    write("password", password);
    write("known_hosts", `[127.0.0.1]:${ssh.port} ${host.publicKey}\n`);
    const config = write(
      "config.yaml",
      `respond:
  playbooks: [playbooks]
  rules: [rules]
  egress: ["127.0.0.1"]
  ssh: { knownHosts: known_hosts }
  pool: { spare: 1, max: 2, warmThreads: 1 }
  secrets: [{ name: token, file: token }, { name: password, file: password, playbooks: [secrets] }]
`,
    );
    service = new Service(join(folder.path, "state"), ["node", "--id", "node-1", ...freePorts, "--config", config], {
      environment: { GARRISON_LOG__LEVEL: "debug" },
    });
    address = (await service.event("ready")).address ?? "";
  });
  after(async () => {
    await service?.end("SIGKILL");
    await ssh.stop();
    echo.closeAllConnections();
    echo.close();
    folder.remove();
  });

  /** Files below a folder. */
  const filesIn = (path: string): readonly string[] =>
    readdirSync(path, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? filesIn(join(path, entry.name)) : entry.isFile() ? [join(path, entry.name)] : [],
    );

  it("are sent, and stand in no answer, no log, no record and no file of the store", async () => {
    const started = await garrison("playbook", "run", "secrets", "--event", '{"kind":"ransomware","data":{}}');
    assert.equal(started.code, 0, started.stderr);
    const id = started.stdout.trim();
    let shown = "";
    await until(
      async () => {
        shown = (await garrison("run", "show", id, "--json")).stdout;
        return ["done", "failed"].includes((JSON.parse(shown) as { state: string }).state);
      },
      () => shown,
      20_000,
    );
    assert.deepEqual(
      seen,
      [`Bearer ${token}`, `Bearer ${token}`, "basic", `Bearer ${token}`, "basic"].map((one) =>
        one === "basic" ? `Basic ${Buffer.from(`root:${password}`).toString("base64")}` : one,
      ),
    );
    assert.deepEqual(ssh.passwords, [password, password]);
    assert.match(shown, /you came with \*\*\*/);
    assert.match(shown, /again: \*\*\*/);
    const texts: (readonly [string, string])[] = [
      ["run show --json", shown],
      ["run show", (await garrison("run", "show", id)).stdout],
      ["run list", (await garrison("run", "list", "--json")).stdout],
      ["playbook show", (await garrison("playbook", "show", "secrets", "--json")).stdout],
      ["the log", service?.running.stderr() ?? ""],
    ];
    const files = filesIn(join(folder.path, "state")).map((file) => [file, readFileSync(file, "latin1")] as const);
    assert.ok(
      files.some(([, content]) => content.includes(id)),
      "the store has the run",
    );
    for (const [where, text] of [...texts, ...files]) {
      for (const form of forms) assert.ok(!text.includes(form), `${form} stands in ${where}`);
    }
  });
});
