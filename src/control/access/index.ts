export { createCallerToken, readCallerToken } from "./caller-token.ts";
export { CallTokens } from "./call-tokens.ts";
export { operatorName, TokenBook, type KnownToken } from "./token-book.ts";
export { readOrCreateToken, readToken } from "./token-file.ts";
export { readSecretFile } from "./secret-file.ts";
