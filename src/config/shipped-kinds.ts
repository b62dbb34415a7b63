/** The kinds of detectors that come with Garrison: what `garrison detector run --kind` starts. */
export const shippedKinds = ["digest", "structure", "yara", "clamav", "sigma", "script", "sandbox"] as const;
export type ShippedKind = (typeof shippedKinds)[number];

export const isShippedKind = (kind: string): kind is ShippedKind => (shippedKinds as readonly string[]).includes(kind);
