/** What each public example is, with the rules that are the reason. */
export const expectedReadings: Readonly<Record<string, string>> = {
  // Its agent has an id that is no identifier, and its command is one of a program of SOARCA.
  "fin-playbook.json": "refused command-type agent-id",
  "http-playbook.json": "supported",
  "manual-playbook.json": "supported",
  "openc2-playbook.json": "supported",
  "powershell-playbook.json": "refused command-type agent-type",
  "ssh-playbook.json": "supported",
};
