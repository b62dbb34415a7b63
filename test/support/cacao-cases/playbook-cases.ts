import { action, idOf } from "../cacao/playbook-source.ts";
import { fails, gives, type ScriptedStep } from "../cacao-runs.ts";
import { keyCase, type KeyCase, swap, to } from "./key-case.ts";

const one = { steps: { a: action("a") } };
const script = ({ text }: ScriptedStep) => (text === "fail" ? fails("broken") : gives("given"));
const variable = (entry: object, use = action("see/__v__:value")) => ({
  variables: { __v__: { ...entry } },
  steps: { a: use },
});
const at = (key: string): readonly string[] => ["playbook_variables", "__v__", key];

const marking = (type: string, more: object, key: string, shows: string, into: string): readonly KeyCase[] => {
  const id = idOf(type, "marking");
  const basis = { type, id, created_by: idOf("identity", "test"), created: "2026-01-01T00:00:00Z", ...more };
  const file = { ...one, also: { markings: [id], data_marking_definitions: { [id]: basis } } };
  return [
    keyCase(`data marking ${type} / ${key}`, file, ["data_marking_definitions", id, key], shows, { mutate: to(into) }),
    keyCase(`data marking ${type} / type`, file, ["data_marking_definitions", id, "type"], shows, {
      mutate: to("marking-other"),
    }),
    keyCase("playbook / markings", file, ["markings"], shows, { about: type }),
    keyCase("playbook / data_marking_definitions", file, ["data_marking_definitions"], shows, {
      mutate: swap(shows, into),
      about: type,
    }),
  ];
};
const iep = {
  ...{
    name: "our policy",
    description: "d",
    tlp: "TLP:RED",
    iep_version: 2,
    start_date: "2026-01-01T00:00:00Z",
    end_date: null,
  },
  ...{
    encrypt_in_transit: "must",
    permitted_actions: "none",
    affected_party_notifications: "may",
    attribution: "may",
    unmodified_resale: "must-not",
  },
};

export const playbookCases: readonly KeyCase[] = [
  keyCase("playbook / type", one, ["type"], '"status":"supported"', { mutate: to("workflow") }),
  keyCase("playbook / spec_version", one, ["spec_version"], '"status":"supported"', { mutate: to("cacao-1.1") }),
  keyCase("playbook / revoked", { ...one, also: { revoked: true } }, ["revoked"], '"rule":"revoked"'),
  keyCase(
    "playbook / valid_from",
    { ...one, also: { valid_from: "2099-01-01T00:00:00Z" } },
    ["valid_from"],
    '"filter":"valid_from"',
  ),
  keyCase(
    "playbook / valid_until",
    { ...one, also: { valid_until: "2001-01-01T00:00:00Z" } },
    ["valid_until"],
    '"filter":"valid_until"',
  ),
  keyCase("playbook / playbook_variables", variable({ value: "x" }), ["playbook_variables"], "see/x"),
  keyCase(
    "playbook / workflow_start",
    { steps: { a: action("a"), s: { type: "start", on_completion: "b" }, b: action("b") } },
    ["workflow_start"],
    '"executed":["a"]',
    { mutate: to(idOf("start", "tested s")) },
  ),
  keyCase(
    "playbook / workflow_exception",
    { steps: { a: action("fail"), b: action("sorry") }, exception: "b" },
    ["workflow_exception"],
    '"executed":["fail","sorry"]',
    { script },
  ),
  keyCase("playbook / workflow", one, ["workflow"], '"executed":["a"]', { mutate: swap("GET /a", "GET /b") }),
  keyCase("playbook / agent_definitions", one, ["agent_definitions"], "127.0.0.1", {
    mutate: swap("127.0.0.1", "127.0.0.2"),
  }),
  keyCase(
    "playbook / target_definitions",
    {
      targets: { t: { type: "http-api", address: { ipv4: ["127.0.0.7"] } } },
      steps: { a: action("a", { targets: ["t"] }) },
    },
    ["target_definitions"],
    "127.0.0.7",
    { mutate: swap("127.0.0.7", "127.0.0.2") },
  ),
  keyCase("variable / type", variable({ type: "integer", value: "10" }), at("type"), '"status":"supported"', {
    mutate: to("bool"),
    about: "of a declared value",
  }),
  keyCase(
    "variable / type",
    variable({ type: "integer", value: "1" }, action("a", { out_args: ["__v__"] })),
    at("type"),
    "is not a whole number of 32 bits",
    { mutate: to("string"), script, about: "of an assigned value" },
  ),
  keyCase(
    "variable / description",
    variable({ value: "x", description: "which door" }, action("ask", { out_args: ["__v__"] }, "manual")),
    at("description"),
    '"description":"which door"',
    { script: () => gives("", { __v__: "y" }) },
  ),
  keyCase("variable / value", variable({ value: "x" }), at("value"), "see/x"),
  keyCase(
    "variable / constant",
    variable({ value: "x", constant: true }, action("a", { out_args: ["__v__"] })),
    at("constant"),
    "is a constant: it keeps its value",
    { script },
  ),
  keyCase("variable / external", variable({ value: "x", external: true }), at("external"), "see/started", {
    variables: { __v__: "started" },
  }),
  keyCase("variable / external", variable({ value: "x", external: true }), at("external"), "see/told", {
    data: { __v__: "told" },
    about: "from the event",
  }),
  ...marking("marking-tlp", { tlpv2_level: "TLP:AMBER" }, "tlpv2_level", "TLP:AMBER", "TLP:GREEN"),
  ...marking("marking-statement", { statement: "for friends" }, "statement", "for friends", "for all"),
  ...marking("marking-iep", iep, "name", "our policy", "another"),
];
