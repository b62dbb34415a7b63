import { z } from "zod";
import { PlaybookError } from "../../errors.ts";
import type { CacaoPlaybook } from "../model/playbook.ts";
import { readPlaybook } from "../read/read-playbook.ts";
import type { CacaoBundle } from "../run/bundle.ts";
import { callKey } from "./bundle-text.ts";

const bundleShape = z.strictObject({
  main: z.unknown(),
  called: z.array(z.unknown()),
  calls: z.record(z.string(), z.int().min(0)),
});

/**
 * Parses the code of a playbook version of kind `cacao`.
 *
 * @throws PlaybookError `invalid-playbook` when it is no bundle, or a playbook in it cannot be executed
 */
export const readBundle = (code: string): CacaoBundle => {
  const { main, called, calls } = partsOf(code);
  const playbooks = called.map(playbookOf);
  const byCall = new Map<string, CacaoPlaybook>();
  for (const [key, place] of Object.entries(calls)) {
    const playbook = playbooks[place];
    if (playbook === undefined) throw refused(`names a playbook that it has not: ${key}`);
    byCall.set(key, playbook);
  }
  return { main: playbookOf(main), call: (id, version) => byCall.get(callKey(id, version)) };
};

const partsOf = (code: string): z.output<typeof bundleShape> => {
  let content: unknown;
  try {
    content = JSON.parse(code);
  } catch (cause) {
    throw refused("is no JSON", cause);
  }
  const parsed = bundleShape.safeParse(content);
  if (!parsed.success) throw refused("has not the form of one");
  return parsed.data;
};

const playbookOf = (raw: unknown): CacaoPlaybook => {
  const reading = readPlaybook(raw);
  if (reading.status === "supported") return reading.playbook;
  const [first] = reading.problems;
  throw refused(`holds a playbook that is ${reading.status}: ${first?.key ?? ""} ${first?.reason ?? ""}`);
};

const refused = (reason: string, cause?: unknown): PlaybookError =>
  new PlaybookError("invalid-playbook", `the bundle of CACAO playbooks ${reason}`, { cause });
