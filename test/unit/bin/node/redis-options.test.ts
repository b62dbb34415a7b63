import assert from "node:assert/strict";
import { chmodSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { redisOptionsOf } from "../../../../src/bin/node/open/open-store.ts";
import { UsageError } from "../../../../src/bin/process/usage-error.ts";
import { loadConfig, type ConfigPath } from "../../../../src/config/index.ts";
import { ControlError } from "../../../../src/control/index.ts";
import { tempDir } from "../../../support/temp-dir.ts";

describe("redisOptionsOf", () => {
  const folder = tempDir("redis-options");
  after(() => folder.remove());

  const file = (name: string, text: string, mode = 0o600): string => {
    const path = join(folder.path, name);
    writeFileSync(path, text);
    chmodSync(path, mode);
    return path;
  };
  const optionsOf = (overrides: Readonly<Partial<Record<ConfigPath, string | number>>>) =>
    redisOptionsOf(loadConfig({ env: {}, overrides: { "store.url": "rediss://127.0.0.1:7", ...overrides } }).config);

  it("names the cluster's namespace and what the files hold, and nothing else", async () => {
    const [ca, cert, key] = ["ca", "cert", "key"].map((name) => file(name, `-----BEGIN ${name}-----\n`)) as [
      string,
      string,
      string,
    ];
    const passwordFile = file("password", "pass word\r\na second line\n");
    assert.deepEqual(
      await optionsOf({
        "cluster.name": "blue",
        "store.username": "garrison",
        "store.passwordFile": passwordFile,
        "store.callTimeoutMs": 700,
        "store.tls.ca": ca,
        "store.tls.cert": cert,
        "store.tls.key": key,
      }),
      {
        url: "rediss://127.0.0.1:7",
        namespace: "blue",
        username: "garrison",
        password: "pass word",
        callTimeoutMs: 700,
        tls: { ca: "-----BEGIN ca-----\n", cert: "-----BEGIN cert-----\n", key: "-----BEGIN key-----\n" },
      },
    );
    assert.deepEqual(await optionsOf({}), {
      url: "rediss://127.0.0.1:7",
      namespace: "garrison",
      callTimeoutMs: 5_000,
      tls: {},
    });
  });

  it("refuses a password's file that others can read, that is a link, empty or missing", async () => {
    const refused = (passwordFile: string): Promise<unknown> =>
      optionsOf({ "store.passwordFile": passwordFile }).then(
        () => undefined,
        (error: unknown) => error,
      );
    const link = join(folder.path, "link");
    symlinkSync(file("linked", "secret"), link);
    for (const unsafe of [file("open", "secret", 0o644), link]) {
      const error = await refused(unsafe);
      assert.ok(error instanceof ControlError && error.code === "token-unsafe", String(error));
    }
    for (const unusable of [join(folder.path, "missing"), file("empty", "\n")]) {
      const error = await refused(unusable);
      assert.ok(error instanceof UsageError, String(error));
      assert.match(error.message, /store\.passwordFile/);
    }
  });

  it("refuses certificates that cannot be read or are none", async () => {
    await assert.rejects(
      optionsOf({ "store.tls.ca": join(folder.path, "missing") }),
      /store\.tls\.ca: .*cannot be read/,
    );
    await assert.rejects(optionsOf({ "store.tls.ca": file("text", "text") }), /store\.tls\.ca: .*no PEM file/);
  });
});
