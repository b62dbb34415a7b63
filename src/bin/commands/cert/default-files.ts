export const defaultDirectory = "certificates";
/** `ca.pem` and `ca-key.pem`. */
export const authorityFile = "ca";
