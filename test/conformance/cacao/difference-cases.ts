import { completePlaybook, idOf, ids, partOf, type Tree } from "../../support/cacao-files/complete-playbook.ts";

const changed = (change: (playbook: Tree) => void): Tree => {
  const playbook = completePlaybook();
  change(playbook);
  return playbook;
};

/** Playbooks of which the reader and the public schemas say different things: for each entry of the lists that chance may miss. */
export const differenceCases = (): readonly Tree[] => [
  changed((playbook) => {
    partOf(playbook, "agent_definitions")[idOf("machine", 1)] = { type: "garrison" };
  }),
  changed((playbook) => {
    partOf(playbook, "target_definitions", ids.net)["port"] = 22;
  }),
  changed((playbook) => {
    const command = partOf(playbook, "workflow", ids.call, "commands", 2);
    command["type"] = "openc2";
    command["command"] = 1;
  }),
  changed((playbook) => {
    partOf(playbook, "agent_definitions")["soarca-fin-1"] = { type: "net-address", name: "fin" };
    partOf(playbook, "workflow", ids.person)["agent"] = "soarca-fin-1";
  }),
  changed((playbook) => {
    partOf(playbook, "workflow", ids.call)["delay"] = 0;
  }),
  changed((playbook) => {
    partOf(playbook, "agent_definitions", ids.agent)["address"] = {
      ipv4: ["__ip__:value"],
      url: ["http://localhost:80"],
    };
  }),
  changed((playbook) => {
    partOf(playbook, "playbook_variables")["__facts__"] = { type: "dictionary", value: { a: 1 } };
  }),
  changed((playbook) => {
    const id = idOf("marking-iep", 1);
    partOf(playbook, "data_marking_definitions")[id] = {
      type: "marking-iep",
      id,
      created_by: ids.creator,
      created: "2026-01-02T03:04:05Z",
      name: "exchange",
      description: "how it may be passed on",
      tlp: "amber",
      iep_version: 2,
      start_date: "2026-01-02T03:04:05Z",
      end_date: null,
      encrypt_in_transit: "must",
      permitted_actions: "none",
      affected_party_notifications: "may",
      attribution: "must",
      unmodified_resale: "must-not",
      external_references: ["https://policies.example/"],
    };
  }),
];
