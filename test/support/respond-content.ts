import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Each answers one event: what they do is in their names. */
const playbooks: Readonly<Record<string, string>> = {
  "greet.mjs": `export const actions = {
    look: { idempotent: true, run: ({ host }) => ({ seen: host }) },
    tell: ({ host }, { log }) => { log("warn", "told " + host); return { told: host }; },
  };
  export const onStart = async (event, run) => {
    const host = String(event.data.host);
    const [, told] = await run.all([run.act("look", { host }), run.act("tell", { host })]);
    return told;
  };\n`,
  "refuse.mjs": `export const actions = { ask: () => { throw new Error("nobody answers"); } };
  export const onStart = (event, run) => run.act("ask", null).then((answer) => answer);\n`,
  // Killed from outside, as by the kernel when memory is short: nobody knows whether the action had its effect.
  "cut-off.mjs": `export const actions = { block: () => { process.kill(process.pid, "SIGKILL"); return new Promise(() => {}); } };
  export const onStart = async (event, run) => ({ answer: await run.act("block", { host: "web-1" }) });\n`,
  "wait.mjs": `export const actions = { wait: () => new Promise((resolve) => setTimeout(resolve, 60_000)) };
  export const onStart = async (event, run) => { await run.act("wait", null); };\n`,
};

const bindings = `id: greet-ransomware
when:
  kinds: [ransomware]
  detection: { web: { host|startswith: web }, condition: web }
run: [greet]
`;

/** Writes playbooks, a binding and a config that names them; returns the path of the config. */
export const writeRespondContent = (folder: string): string => {
  for (const name of ["playbooks", "rules"]) mkdirSync(join(folder, name), { recursive: true });
  for (const [name, text] of Object.entries(playbooks)) writeFileSync(join(folder, "playbooks", name), text);
  writeFileSync(join(folder, "rules", "bindings.yml"), bindings);
  const config = join(folder, "config.yaml");
  writeFileSync(
    config,
    "respond: { playbooks: [playbooks], rules: [rules], leaseMs: 1000, pool: { spare: 1, max: 4, warmThreads: 1 } }\n",
  );
  return config;
};
