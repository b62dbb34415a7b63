import assert from "node:assert/strict";
import { cacaoSettingsOf } from "../../../../../src/engines/playbook/host/cacao-settings.ts";

describe("what the process of a CACAO playbook is told by its node", () => {
  it("is about its own playbook, and the last word about a step counts", () => {
    const settings = cacaoSettingsOf(
      {
        ssh: false,
        manualTimeoutMs: 1_000,
        knownHosts: ["web-1 ssh-ed25519 AAAA"],
        authorities: ["PEM"],
        repeats: [
          { playbook: "block", repeat: true },
          { playbook: "block", step: "action--1", repeat: true },
          { playbook: "block", step: "action--1", repeat: false },
          { playbook: "other", step: "action--2", repeat: true },
        ],
      },
      "block",
    );
    assert.deepEqual(settings, {
      ssh: false,
      manualTimeoutMs: 1_000,
      knownHosts: ["web-1 ssh-ed25519 AAAA"],
      authorities: ["PEM"],
      repeat: { "*": true, "action--1": false },
    });
  });
});
