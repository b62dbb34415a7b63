import assert from "node:assert/strict";
import { detectorEnvironment } from "../../../../src/bin/process/start-detector.ts";

describe("the environment of a detector", () => {
  it("has what its program needs, and nothing of the config of the node", () => {
    const needed = { PATH: "/usr/bin", TMPDIR: "/var/tmp", NODE_EXTRA_CA_CERTS: "/etc/ca.pem" };
    const secrets = {
      GARRISON_STORE__URL: "redis://:password@127.0.0.1/",
      GARRISON_TOKEN: "t",
      NODE_OPTIONS: "--inspect",
    };
    assert.deepEqual(detectorEnvironment({ ...needed, ...secrets }), needed);
  });
});
