export { readOrCreateToken, readToken } from "./token-file.ts";
export { readSecretFile } from "./secret-file.ts";
