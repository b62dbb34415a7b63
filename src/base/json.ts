/** What can be stored and sent: JSON's values. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };
