import assert from "node:assert/strict";
import { systemClock } from "../../../../../src/base/clock.ts";
import { openCatalog } from "../../../../../src/engines/playbook/index.ts";
import type { CacaoEnd } from "../../../../../src/engines/playbook/cacao/run/run-port.ts";
import { ApiServer } from "./api-server.ts";
import { StarterRun, type StarterRunSetup } from "./starter-run.ts";

/** The starter playbooks and the systems that they act on. */
export class StarterBench {
  readonly api: ApiServer;
  readonly #codes: ReadonlyMap<string, string>;

  private constructor(api: ApiServer, codes: ReadonlyMap<string, string>) {
    this.api = api;
    this.#codes = codes;
  }

  static async open(): Promise<StarterBench> {
    const catalog = await openCatalog({ playbooks: ["playbooks"], rules: [], clock: systemClock });
    await catalog.close();
    const { playbooks } = catalog.current();
    return new StarterBench(await ApiServer.start(), new Map([...playbooks].map(([id, { code }]) => [id, code])));
  }

  /** @param variables without underscores; `*_api` is the name of an API of the server */
  run(
    id: string,
    variables: Readonly<Record<string, string>>,
    setup: Omit<StarterRunSetup, "code" | "variables"> = {},
  ): StarterRun {
    const given = Object.entries(variables).map(([name, value]) => [
      `__${name}__`,
      name.endsWith("_api") ? this.api.url(value) : value,
    ]);
    const code = this.#codes.get(id);
    assert.ok(code !== undefined, `there is no playbook ${id}`);
    return new StarterRun({ code, variables: Object.fromEntries(given) as Record<string, string>, ...setup });
  }

  close(): Promise<void> {
    return this.api.stop();
  }
}

/** The value of a variable at the end of a run that is done. */
export const valueOf = (end: CacaoEnd, name: string): string | null | undefined => {
  assert.equal(end.type, "done", JSON.stringify(end));
  return end.type === "done" ? end.variables[`__${name}__`] : undefined;
};

/** The run has failed, and says so. */
export const failsWith = (end: CacaoEnd, message: RegExp): void => {
  assert.equal(end.type, "failed", JSON.stringify(end));
  if (end.type === "failed") assert.match(end.message, message);
};
