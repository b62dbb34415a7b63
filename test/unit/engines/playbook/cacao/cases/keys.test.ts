import assert from "node:assert/strict";
import { supportTable } from "../../../../../../src/engines/playbook/cacao/read/support-table.ts";
import type { TrustedKey } from "../../../../../../src/engines/playbook/cacao/signature/trusted-key.ts";
import { agentCases } from "../../../../../support/cacao-cases/agent-cases.ts";
import { callCases } from "../../../../../support/cacao-cases/call-cases.ts";
import { commandCases } from "../../../../../support/cacao-cases/command-cases.ts";
import { type KeyCase, mutantOf } from "../../../../../support/cacao-cases/key-case.ts";
import { observed } from "../../../../../support/cacao-cases/observed.ts";
import { playbookCases } from "../../../../../support/cacao-cases/playbook-cases.ts";
import { certificateCase, signatureCases, trustedKey } from "../../../../../support/cacao-cases/signature-cases.ts";
import { stepCases } from "../../../../../support/cacao-cases/step-cases.ts";

const cases = [...playbookCases, ...stepCases, ...callCases, ...commandCases, ...agentCases, ...signatureCases];

const check = async (one: KeyCase, trusted: TrustedKey): Promise<void> => {
  const seen = await observed(one.files, one, [trusted]);
  assert.ok(seen.includes(one.shows), `${one.shows} is not in ${seen}`);
  // A build that ignores the key sees no difference between the two.
  const ofMutant = await observed(mutantOf(one), one, [trusted]);
  assert.ok(!ofMutant.includes(one.shows), `without it, ${one.shows} is still in ${ofMutant}`);
};

describe("each key of CACAO has its effect", () => {
  for (const one of cases) {
    const about = one.about === "" ? "" : ` (${one.about})`;
    it(`${one.object}: ${one.key}${about}`, () => check(one, trustedKey));
  }

  it("signature: public_cert_chain", async () => {
    const { one, trusted } = await certificateCase();
    await check(one, trusted);
  });

  it("and each that is supported has a case", () => {
    const covered = new Set(cases.map(({ object, key }) => `${object} / ${key}`)).add("signature / public_cert_chain");
    // Of a command that is refused only the type decides anything.
    const supported = supportTable().filter(
      ({ support, key }) => support === "supported" || (support === "refused" && key === "type"),
    );
    const names = supported.map(({ object, key }) => `${object} / ${key}`);
    assert.deepEqual(
      names.filter((name) => !covered.has(name)),
      [],
    );
    assert.deepEqual(
      [...covered].filter((name) => !names.includes(name)),
      [],
    );
    assert.ok(names.length > 60, String(names.length));
  });
});
