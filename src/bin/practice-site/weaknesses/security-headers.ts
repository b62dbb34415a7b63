import type { Weakness } from "./weakness.ts";

export const securityHeaders: Weakness = {
  id: "security-headers",
  gives: "Pages can be framed by other sites, and scripts from anywhere run in them.",
  omits: {
    main: ["x-frame-options", "content-security-policy", "referrer-policy", "permissions-policy"],
    shop: ["content-security-policy", "referrer-policy", "permissions-policy"],
    blog: [
      "x-frame-options",
      "x-content-type-options",
      "content-security-policy",
      "referrer-policy",
      "permissions-policy",
    ],
    staff: ["x-frame-options"],
    api: ["x-frame-options", "content-security-policy", "referrer-policy", "permissions-policy"],
  },
};
