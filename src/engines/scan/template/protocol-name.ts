/** What nuclei calls the protocols in findings and in the names of values. */
export type ProtocolName = "http" | "dns" | "tcp" | "ssl" | "websocket" | "file";

export const protocolName = (protocol: "network" | Exclude<ProtocolName, "tcp">): ProtocolName =>
  protocol === "network" ? "tcp" : protocol;
