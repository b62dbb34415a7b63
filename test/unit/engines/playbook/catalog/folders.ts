import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { systemClock } from "../../../../../src/base/clock.ts";
import type { Clock } from "../../../../../src/base/clock.ts";
import type { SecurityEvent } from "../../../../../src/engines/events/index.ts";
import type { Catalog } from "../../../../../src/engines/playbook/index.ts";
import { openCatalog } from "../../../../../src/engines/playbook/index.ts";
import { tempDir } from "../../../../support/temp-dir.ts";

/** A folder of playbooks and one of rules, with what is written into them by path. */
export interface Folders {
  readonly playbooks: string;
  readonly rules: string;
  write(path: string, text: string): void;
  /** The catalog as it is now. */
  load(clock?: Clock): Promise<Catalog>;
  remove(): void;
}

export const folders = (files: Readonly<Record<string, string>> = {}): Folders => {
  const dir = tempDir("catalog");
  const [playbooks, rules] = [join(dir.path, "playbooks"), join(dir.path, "rules")];
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(dir.path, path)), { recursive: true });
    writeFileSync(join(dir.path, path), text);
  };
  for (const folder of [playbooks, rules]) mkdirSync(folder);
  for (const [path, text] of Object.entries(files)) write(path, text);
  const load = async (): Promise<Catalog> => {
    const opened = await openCatalog({ playbooks: [playbooks], rules: [rules], clock: systemClock });
    await opened.close();
    return opened.current();
  };
  return { playbooks, rules, write, load, remove: () => dir.remove() };
};

/** A playbook that does nothing. */
export const emptyPlaybook = "export const actions = {};\nexport const onStart = () => null;\n";

export const event = (facts: Partial<SecurityEvent> = {}): SecurityEvent => ({
  id: "1",
  source: "sensor",
  kind: "mining",
  data: {},
  ...facts,
});
