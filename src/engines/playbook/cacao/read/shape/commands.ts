import { z } from "zod";
import { externalReferences, text } from "./common.ts";
import { objectOf, type Properties, refused, shown, supported } from "./property.ts";

/** What every command has (5.1). */
export const commandProperties = {
  description: supported(text.optional(), "shown with the step"),
  version: shown(text.optional(), "the dialect that the author had in mind"),
  playbook_activity: shown(text.optional(), ""),
  external_references: shown(externalReferences.optional(), ""),
} satisfies Properties;

const textProperties = {
  command: supported(text.optional(), "text in which variables stand"),
  command_b64: supported(text.optional(), "instead of `command`, the same in base64"),
} satisfies Properties;

const headers = supported(z.record(z.string(), z.array(text)).optional(), "several values are sent as several headers");
const startLine = (note: string) => supported(text, `a start line: method, target and version${note}`);

/** Keys of the types of commands that are executed (5.3 to 5.14), beside those that every command has. */
export const commandTypeProperties = {
  "http-api": {
    type: supported(z.literal("http-api"), ""),
    command: startLine("; the target's leading slash may be left out, and the slash of `HTTP/1.1`"),
    headers,
    content: supported(text.optional(), "in JSON, variables are put into its strings"),
    content_b64: supported(text.optional(), "instead of `content`: bytes that are sent as they are"),
  },
  "openc2-http": {
    type: supported(z.enum(["openc2-http", "openc2"]), "`openc2`, as SOARCA has it, is taken as the same"),
    command: startLine("; the method has to be `POST`"),
    headers,
    content: supported(text.optional(), "not of the standard: instead of `content_b64`, in clear"),
    content_b64: supported(text, "bytes that are sent as they are"),
  },
  ssh: { type: supported(z.literal("ssh"), ""), ...textProperties },
  bash: { type: supported(z.literal("bash"), "in a sandbox; only with `respond.commands.bash`"), ...textProperties },
  manual: { type: supported(z.literal("manual"), "a person answers with `run answer`"), ...textProperties },
  sigma: {
    type: supported(z.literal("sigma"), "matches the run's event"),
    command_b64: supported(text, "Sigma rules in base64"),
  },
  yara: { type: supported(z.literal("yara"), ""), command_b64: supported(text, "YARA rules in base64") },
  garrison: {
    type: supported(z.literal("garrison"), "not of the standard: scans, verdicts and blocks of this system"),
    ...textProperties,
  },
} satisfies Readonly<Record<string, Properties>>;

const notHere = (what: string) =>
  `${what}: put the command into \`ssh\` or \`http-api\`, or write the playbook as a module`;
const refusedText = (type: string, reason: string) => ({
  type: refused(z.literal(type), reason),
  command: refused(text.optional(), ""),
  command_b64: refused(text.optional(), ""),
});
const refusedCode = (type: string, reason: string) => ({
  type: refused(z.literal(type), reason),
  command_b64: refused(text, ""),
});

/** Types of the standard that are refused by name, with what a file that has them looks like. */
export const refusedCommandProperties = {
  "caldera-cmd": refusedText("caldera-cmd", notHere("nothing here speaks to CALDERA")),
  elastic: refusedCode("elastic", notHere("nothing here speaks to Elastic")),
  jupyter: refusedCode("jupyter", notHere("nothing here executes notebooks")),
  kestrel: refusedCode("kestrel", notHere("nothing here executes Kestrel")),
  powershell: refusedText("powershell", notHere("nothing here speaks to Windows")),
} satisfies Readonly<Record<string, Properties>>;

const shapeOf = <Keys extends Properties>(properties: Keys) => objectOf({ ...commandProperties, ...properties });

export const commandShapes = {
  "http-api": shapeOf(commandTypeProperties["http-api"]),
  "openc2-http": shapeOf({
    ...commandTypeProperties["openc2-http"],
    // One of the two has to be there.
    content_b64: supported(text.optional(), ""),
  }),
  ssh: shapeOf(commandTypeProperties.ssh),
  bash: shapeOf(commandTypeProperties.bash),
  manual: shapeOf(commandTypeProperties.manual),
  sigma: shapeOf(commandTypeProperties.sigma),
  yara: shapeOf(commandTypeProperties.yara),
  garrison: shapeOf(commandTypeProperties.garrison),
} as const;

/** Of the types that are refused, and of any other. */
export const refusedCommandShapes: Readonly<Partial<Record<string, z.ZodType>>> = Object.fromEntries(
  Object.entries(refusedCommandProperties).map(([type, properties]) => [type, shapeOf<Properties>(properties)]),
);
