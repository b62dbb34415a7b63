import { z } from "zod";
import { extensions, flag, text } from "./common.ts";
import { objectOf, type Properties, shown, supported } from "./property.ts";

/** What all authentication information has (6.1). */
export const authenticationProperties = {
  name: shown(text.optional(), ""),
  description: shown(text.optional(), ""),
  authentication_info_extensions: shown(extensions.optional(), "a warning names each extension: none is executed"),
} satisfies Properties;

const keyManagement = {
  kms: supported(flag.optional(), "the secret is kept by the node, in `respond.secrets`"),
  kms_key_identifier: supported(text.optional(), "its name there"),
};
const password = supported(text.optional(), "better a variable or `kms`: text in the file is warned of");

/** Keys of each type (6.3 to 6.5). */
export const authenticationTypeProperties = {
  "http-basic": {
    type: supported(z.literal("http-basic"), ""),
    user_id: supported(text.optional(), ""),
    password,
    ...keyManagement,
  },
  oauth2: {
    type: supported(z.literal("oauth2"), ""),
    oauth_header: supported(text, "the scheme of the header `Authorization`, or all that stands before the token"),
    token: supported(text, "ignored with `kms`; better a variable: text in the file is warned of"),
    ...keyManagement,
  },
  "user-auth": {
    type: supported(z.enum(["user-auth", "authentication-info"]), "`authentication-info`, as SOARCA has it, too"),
    username: supported(text.optional(), ""),
    password,
    ...keyManagement,
  },
} satisfies Readonly<Record<string, Properties>>;

const shapeOf = <Keys extends Properties>(properties: Keys) => objectOf({ ...authenticationProperties, ...properties });

export const authenticationShapes = {
  "http-basic": shapeOf(authenticationTypeProperties["http-basic"]),
  oauth2: shapeOf(authenticationTypeProperties.oauth2),
  "user-auth": shapeOf(authenticationTypeProperties["user-auth"]),
} as const;
