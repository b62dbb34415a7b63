/** An expression needs a helper that Garrison does not offer. The message names it and says why. */
export class RefusedHelper extends Error {
  constructor(name: string, reason: string) {
    super(`helper "${name}" is refused: ${reason}`);
    this.name = "RefusedHelper";
  }
}

const gadget = "it makes payloads that exploit deserialization";

/** Helpers of nuclei that are refused, and why. */
export const refusedHelpers: Readonly<Record<string, { readonly signature: string; readonly reason: string }>> = {
  generate_java_gadget: { signature: "(gadget, cmd, encoding string) string", reason: gadget },
  generate_dotnet_gadget: { signature: "(gadget, cmd, formatter, encoding string) string", reason: gadget },
  llm_prompt: { signature: "(prompt string, optionalModel string) string", reason: "it sends text to a third party" },
  public_ip: { signature: "() string", reason: "it asks a third party for this machine's address" },
  cookie_unsign: { signature: "(s string) string", reason: "it guesses secrets from a word list that is not bundled" },
  wappalyzer: {
    signature: "(headers, body string) []string",
    reason: "it needs a database of fingerprints that is not bundled",
  },
};
