import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { built } from "../../support/built.ts";
import { action, playbookOf } from "../../support/cacao/playbook-source.ts";
import { CliCluster } from "../../support/cli-cluster.ts";
import { tempDir } from "../../support/temp-dir.ts";

interface Run {
  readonly state: string;
  readonly output?: Readonly<Record<string, string>>;
}

const yaraRule = 'rule private_address { strings: $a = "10.0.0.7" condition: $a }';

describe("playbooks of CACAO whose commands the node executes", function () {
  this.timeout(120_000);
  const folder = tempDir("node-commands");
  const site = createServer((_request, response) => response.end("hello"));
  let cluster: CliCluster;

  before(async () => {
    await built();
    await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
    const { port } = site.address() as AddressInfo;
    const playbook = playbookOf("Look at it", {
      variables: {
        __address__: { type: "ipv4-addr", value: "10.0.0.7" },
        __text__: null,
        __matched__: { type: "bool", value: null },
        __scan_id__: null,
        __state__: null,
      },
      agents: { here: { type: "garrison" } },
      steps: {
        shell: action(
          'test "$__address__" = __address__:value && id -u',
          { agent: "here", in_args: ["__address__"], out_args: ["__text__"], on_completion: "rules" },
          "bash",
        ),
        rules: action(
          yaraRule,
          { agent: "here", in_args: ["__address__"], out_args: ["__matched__"], on_completion: "scan" },
          "yara",
        ),
        scan: action(
          `scan http://127.0.0.1:${port} --templates http/exposures/git-config-exposure.yaml --wait`,
          { agent: "here", out_args: ["__scan_id__", "__state__"] },
          "garrison",
        ),
      },
    });
    mkdirSync(join(folder.path, "playbooks"));
    writeFileSync(join(folder.path, "playbooks", "look.json"), JSON.stringify(playbook));
    const config = join(folder.path, "config.yaml");
    writeFileSync(config, "respond: { playbooks: [playbooks], commands: { bash: true } }\n");
    cluster = new CliCluster(join(folder.path, "cluster"));
    await cluster.start("node-1", "--config", config);
  });
  after(async () => {
    await cluster.close();
    site.close();
    folder.remove();
  });

  it("bash, yara and a scan give their results to variables", async () => {
    const { stdout, code, stderr } = await cluster.run(
      "playbook",
      "run",
      "look",
      "--event",
      '{"kind":"test","data":{}}',
    );
    assert.equal(code, 0, stderr);
    const id = stdout.trim();
    const watched = await cluster.run("run", "watch", id);
    const [shown] = await cluster.json("run", "show", id);
    const { state, output } = shown as unknown as Run;
    assert.equal(state, "done", `${watched.stdout} ${JSON.stringify(shown)}`);
    const variables = output ?? {};
    assert.equal(variables["__text__"]?.trim(), "65534", JSON.stringify(shown));
    assert.equal(variables["__matched__"], "true");
    assert.equal(variables["__state__"], "done");
    assert.deepEqual(
      (await cluster.json("scan", "list")).map((scan) => scan["id"]),
      [variables["__scan_id__"]],
    );
  });
});
