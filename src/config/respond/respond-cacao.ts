import { z } from "zod";
import { distinct } from "../distinct.ts";
import { file, flag, playbookId, text, whole } from "../values.ts";

/** What commands of CACAO playbooks may be executed, and how. Beside them stands `respond.egress`, which holds for all that connects. */

export const commandsSchema = z.object({
  /** Scripts, each in a sandbox of its own without a network. Needs bubblewrap (`bwrap`) on the machine. */
  bash: flag,
  /** Commands on other machines, those of `respond.ssh.knownHosts`. */
  ssh: flag,
  /** Rules of YARA, in a process of their own. */
  yara: flag,
  /** What Garrison itself can do, such as a scan, which `scan.scope` bounds. */
  garrison: flag,
});

export const sshSchema = z.object({
  /** Keys of the machines that commands may be executed on, as OpenSSH's known_hosts. Absolute once loaded. Absent: there are none. */
  knownHosts: text(4_096).optional(),
});

export const httpsSchema = z.object({
  /** Certificates of authorities, PEM, that servers of http-api and openc2-http are trusted by, beside those of Node. Absolute once loaded. */
  ca: text(4_096).optional(),
});

/** How long a manual command whose step has no timeout waits for a person: at most 1 year. */
export const manualTimeoutSchema = whole(1_000, 365 * 86_400_000);

const repeatUse = "{playbook: ID, step: STEP, repeat: true or false}";
const repeatEntry = z
  .strictObject(
    {
      playbook: playbookId("playbook"),
      /** Absent: all steps of the playbook that no other entry names. */
      step: z
        .string({ error: "step: use the id of a step, such as action--…" })
        .regex(/^[a-z-]{1,50}--[0-9a-f-]{36}$/, { error: "step: use the id of a step, such as action--…" })
        .exactOptional(),
      repeat: z.boolean({ error: "repeat: use true or false" }),
    },
    { error: `use ${repeatUse}` },
  )
  .readonly();

/** Whether commands are repeated when nobody knows whether they had their effect, where that differs from what their type says. */
export const repeatSchema = z
  .array(repeatEntry, { error: `use a list, each ${repeatUse}` })
  .max(1_000, { error: "use at most 1000 entries" })
  .check(({ value, issues }) => {
    for (const [at, { playbook, step }] of value.entries()) {
      if (!value.slice(0, at).some((other) => other.playbook === playbook && other.step === step)) continue;
      issues.push({ code: "custom", message: "another entry is about the same", input: value, path: [at] });
    }
  })
  .readonly();

const keyUse = "{name: …, keyFile: …}";
const trustedKey = z
  .strictObject(
    {
      /** For people, where a signature is shown. */
      name: text(100),
      /** A public key or a certificate, PEM. Absolute once loaded. */
      keyFile: file,
    },
    { error: `use ${keyUse}` },
  )
  .readonly();

export const signaturesSchema = z.object({
  /** Of playbooks of CACAO only those are used that one of `trusted` has signed. */
  required: flag,
  /** Whose signatures count. */
  trusted: distinct(trustedKey, "name", 256, keyUse),
});
