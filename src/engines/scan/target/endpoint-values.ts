import { bytesOf, type Value } from "../value/value.ts";
import { endpointText } from "../net/sockets.ts";
import { hostValues } from "./host-values.ts";

/** What the placeholders of a target stand for where there is no URL: its host and its port, if it has one. */
export const endpointValues = (host: string, port: number | undefined): Readonly<Record<string, Value>> => {
  const place = bytesOf(port === undefined ? host : endpointText({ hostname: host, port }));
  return {
    ...hostValues(host),
    BaseURL: place,
    RootURL: place,
    Input: place,
    Hostname: place,
    Host: bytesOf(host),
    Port: port === undefined ? "" : String(port),
    Path: "",
    Query: "",
    File: "",
    Scheme: "",
  };
};
