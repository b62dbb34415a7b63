/**
 * What `garrison/playbook` is in a playbook that runs: all of the SDK that is left when its types are gone. It is text because it
 * becomes part of the code of every playbook that uses it, and with that of its version, which has to be the same on every node.
 */
export const sdkModule = `export const definePlaybook = (playbook) => playbook;
export const isActionError = (thrown) =>
  thrown instanceof Error && thrown.name === "ActionError" && "code" in thrown && "step" in thrown;
`;
