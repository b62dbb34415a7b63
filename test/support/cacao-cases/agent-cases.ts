import { action, idOf, type ShortPlaybook } from "../cacao/playbook-source.ts";
import { type Entry, keyCase, type KeyCase, swap, to } from "./key-case.ts";

const auth = (type: string, more: Entry = {}): Entry => ({
  [idOf(type, "auth")]: {
    type,
    name: "auth",
    ...(type === "http-basic"
      ? { user_id: "reader" }
      : type === "oauth2"
        ? { oauth_header: "Bearer", token: "" }
        : { username: "root" }),
    ...more,
  },
});
const kms = { kms: true, kms_key_identifier: "one-of-ours" };
const acting = (agent: Entry, also: Entry = {}, command = "http-api"): ShortPlaybook => ({
  agents: { it: agent },
  steps: { a: action("a", { agent: "it" }, command) },
  also,
});
const at = (key: string): readonly string[] => ["agent_definitions", "it", key];

const reached = (["http-api", "linux", "ssh", "net-address"] as const).flatMap((type): readonly KeyCase[] => {
  const command = type === "http-api" ? "http-api" : "ssh";
  const authType = type === "http-api" ? "http-basic" : "user-auth";
  const also = {
    authentication_info_definitions: {
      ...auth(authType, kms),
      [idOf(authType, "other")]: { type: authType, user_id: undefined, kms: true, kms_key_identifier: "other" },
    },
  };
  const agent = { type, address: { ipv4: ["127.0.0.5"] }, port: "4321", authentication_info: idOf(authType, "auth") };
  const file = acting(agent, JSON.parse(JSON.stringify(also)) as Entry, command);
  return [
    keyCase(`agent or target ${type} / type`, file, at("type"), '"status":"supported"', { mutate: to("other") }),
    keyCase(`agent or target ${type} / address`, file, at("address"), "127.0.0.5", {
      mutate: swap("127.0.0.5", "127.0.0.6"),
    }),
    keyCase(`agent or target ${type} / port`, file, at("port"), "4321"),
    keyCase(`agent or target ${type} / authentication_info`, file, at("authentication_info"), '"name":"one-of-ours"', {
      mutate: to(idOf(authType, "other")),
    }),
  ];
});
const others = (
  [
    "group",
    "individual",
    "organization",
    "location",
    "sector",
    "security-category",
    "garrison",
    "soarca",
    "soarca-manual",
  ] as const
).map((type) => {
  const more = {
    ...(type === "sector" && { sector: "energy" }),
    ...(type === "security-category" && { category: ["siem"] }),
    ...(type === "soarca" && { name: "soarca-ssh" }),
  };
  const file: ShortPlaybook = {
    agents: { it: { type, ...more } },
    steps: { a: action("look", { agent: "it" }, "manual") },
  };
  return keyCase(
    `agent or target ${type} / type`,
    file,
    ["agent_definitions", idOf(type, "tested it"), "type"],
    '"executed":["look"]',
    { mutate: to("other") },
  );
});
const addresses = { dname: "host.example", ipv4: "127.0.0.5", ipv6: "::1", url: "http://127.0.0.5:81/base" } as const;
const kinds = Object.entries(addresses).map(([kind, text]) =>
  keyCase(
    `address / ${kind}`,
    acting({ type: "http-api", address: { [kind]: [text] } }),
    ["agent_definitions", "it", "address", kind],
    kind === "ipv6" ? "http://[::1]/a" : text,
    {
      mutate: swap(
        text,
        { dname: "other.example", ipv4: "127.0.0.6", ipv6: "::2", url: "http://127.0.0.6/" }[kind] ?? "",
      ),
    },
  ),
);

const secured = (type: "http-basic" | "oauth2" | "user-auth", more: Entry): ShortPlaybook => {
  const agent = {
    type: type === "user-auth" ? "ssh" : "http-api",
    address: { ipv4: ["127.0.0.5"] },
    authentication_info: idOf(type, "auth"),
  };
  return {
    ...acting(agent, { authentication_info_definitions: auth(type, more) }, type === "user-auth" ? "ssh" : "http-api"),
    variables: { __v__: "value-of-it" },
  };
};
const authentications = (["http-basic", "oauth2", "user-auth"] as const).flatMap((type): readonly KeyCase[] => {
  const inAuth = (key: string): readonly string[] => ["authentication_info_definitions", "auth", key];
  const name = `authentication information ${type}`;
  const user = {
    "http-basic": ["user_id", '"user":"reader"'],
    oauth2: ["oauth_header", '"scheme":"Bearer"'],
    "user-auth": ["username", '"user":"root"'],
  }[type];
  const secret = type === "oauth2" ? "token" : "password";
  const [userKey = "", shown = ""] = user;
  return [
    keyCase(`${name} / type`, secured(type, kms), inAuth("type"), '"status":"supported"', { mutate: to("other") }),
    keyCase(`${name} / ${userKey}`, secured(type, kms), inAuth(userKey), shown, { mutate: to("Other") }),
    keyCase(`${name} / ${secret}`, secured(type, { [secret]: "__v__:value" }), inAuth(secret), '"text":"value-of-it"', {
      mutate: to("other"),
    }),
    keyCase(`${name} / kms`, secured(type, kms), inAuth("kms"), '"type":"secret","name":"one-of-ours"', {
      mutate: to(false),
    }),
    keyCase(`${name} / kms_key_identifier`, secured(type, kms), inAuth("kms_key_identifier"), '"name":"one-of-ours"', {
      mutate: to("other"),
    }),
  ];
});

export const agentCases: readonly KeyCase[] = [
  ...reached,
  ...others,
  ...kinds,
  ...authentications,
  keyCase(
    "agent or target / name",
    acting({ type: "http-api", address: { ipv4: ["127.0.0.5"] } }),
    at("name"),
    '"agent":"it"',
    { mutate: to("someone") },
  ),
  keyCase(
    "playbook / authentication_info_definitions",
    secured("http-basic", kms),
    ["authentication_info_definitions"],
    "one-of-ours",
    { mutate: swap("one-of-ours", "other") },
  ),
];
