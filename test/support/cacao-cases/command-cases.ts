import { action, idOf, type ShortPlaybook } from "../cacao/playbook-source.ts";
import { type Entry, keyCase, type KeyCase, swap, to } from "./key-case.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const host = { type: "ssh", address: { ipv4: ["127.0.0.1"] }, authentication_info: idOf("user-auth", "auth") };
const authentication = {
  [idOf("user-auth", "auth")]: { type: "user-auth", username: "root", kms: true, kms_key_identifier: "key" },
};
const own = { agents: { host }, also: { authentication_info_definitions: authentication } };
const at = (key: string): readonly (string | number)[] => ["workflow", "a", "commands", 0, key];
const of = (command: Entry): ShortPlaybook => ({
  ...own,
  variables: { __v__: "x" },
  steps: { a: { ...action("a"), commands: [command], agent: command["type"] === "ssh" ? "host" : "agent" } },
});

const request = (type: "http-api" | "openc2-http", more: Entry): Entry => ({
  type,
  command: "POST /path HTTP/1.1",
  ...more,
});
const typeOf = (command: Entry): KeyCase =>
  keyCase(`command ${String(command["type"])} / type`, of(command), at("type"), '"status":"supported"', {
    mutate: to("other"),
  });

const texts = (["ssh", "bash", "manual", "garrison"] as const).flatMap((type): readonly KeyCase[] => [
  typeOf({ type, command: "scan 1" }),
  keyCase(`command ${type} / command`, of({ type, command: "scan __v__:value" }), at("command"), "scan x", {
    mutate: to("scan y"),
  }),
  keyCase(
    `command ${type} / command_b64`,
    of({ type, command_b64: base64("scan __v__:value") }),
    at("command_b64"),
    "scan x",
    { mutate: to(base64("scan y")) },
  ),
]);
const rules = (["sigma", "yara"] as const).flatMap((type): readonly KeyCase[] => [
  typeOf({ type, command_b64: base64("rule one") }),
  keyCase(
    `command ${type} / command_b64`,
    of({ type, command_b64: base64("rule one") }),
    at("command_b64"),
    '"rules":"rule one"',
    { mutate: to(base64("rule two")) },
  ),
]);
const openC2Content = base64('{"action":"deny"}');
const requests = (["http-api", "openc2-http"] as const).flatMap((type): readonly KeyCase[] => {
  const must = type === "openc2-http" ? { content_b64: openC2Content } : {};
  return [
    typeOf(request(type, must)),
    keyCase(`command ${type} / command`, of(request(type, must)), at("command"), "/path", {
      mutate: to("POST /other HTTP/1.1"),
    }),
    keyCase(
      `command ${type} / headers`,
      of(request(type, { headers: { "x-asked": ["first", "__v__:value"] }, ...must })),
      at("headers"),
      '"x-asked":["first","x"]',
    ),
    keyCase(
      `command ${type} / content_b64`,
      of(request(type, { content_b64: openC2Content })),
      at("content_b64"),
      openC2Content,
      { mutate: to("YQ==") },
    ),
  ];
});
const refused = (["caldera-cmd", "elastic", "jupyter", "kestrel", "powershell"] as const).map((type) =>
  keyCase(`command ${type} / type`, of({ type, command_b64: base64("x") }), at("type"), `"${type}\\" is refused`, {
    mutate: swap(type, "other"),
  }),
);

export const commandCases: readonly KeyCase[] = [
  ...texts,
  ...rules,
  ...requests,
  ...refused,
  keyCase(
    "command / description",
    of({ type: "bash", command: "true", description: "does nothing" }),
    at("description"),
    '"description":"does nothing"',
  ),
  keyCase(
    "command http-api / content",
    of(request("http-api", { content: '{"a": "__v__:value"}' })),
    at("content"),
    '{\\"a\\": \\"x\\"}',
  ),
  keyCase(
    "command openc2-http / content",
    of(request("openc2-http", { content: '{"a": "__v__:value"}' })),
    at("content"),
    '{\\"a\\": \\"x\\"}',
  ),
];
