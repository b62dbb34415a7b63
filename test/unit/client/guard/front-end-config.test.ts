import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { frontEndConfig } from "../../../../src/client/guard/index.ts";
import { tempDir } from "../../../support/temp-dir.ts";

describe("the config of a front end", () => {
  const folder = tempDir("front-end-config");
  after(() => folder.remove());
  const written = (text: string): string => {
    const file = join(folder.path, "garrison.yaml");
    writeFileSync(file, text);
    return file;
  };

  it("is what the config of its host says about front ends", () => {
    assert.deepEqual(frontEndConfig(written("guard: {}")), { guard: { failMode: "open" }, trustedProxies: [] });
    const text = "guard: {folder: shared, failMode: closed, trustedProxies: [10.0.0.0/8]}";
    assert.deepEqual(frontEndConfig(written(text)), {
      guard: { folder: join(folder.path, "shared"), failMode: "closed" },
      trustedProxies: ["10.0.0.0/8"],
    });
  });

  it("is refused with every place that is wrong", () => {
    assert.throws(() => frontEndConfig(written("guard: {failMode: half, trustedProxies: [nginx]}")), {
      code: "invalid-config",
      message: /guard\.failMode[^]*guard\.trustedProxies\[0\]/,
    });
  });
});
