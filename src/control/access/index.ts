export { readOrCreateToken, readToken } from "./token-file.ts";
