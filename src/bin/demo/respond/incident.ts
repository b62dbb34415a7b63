import type { RunState } from "../../../client/index.ts";
import { devices, type Device, type DeviceOrder } from "./devices.ts";

/** An order that an answer gives, such as `PUT /isolations/pc-1`. */
export interface ExpectedOrder extends Pick<DeviceOrder, "stage"> {
  readonly order: string;
  /** Giving it twice is as good as giving it once: a run that another node takes over may do so. */
  readonly idempotent: boolean;
}

/** What all events of one kind about one host report, and the one answer that they are to have. */
export interface Incident {
  readonly kind: string;
  readonly host: string;
  readonly orders: readonly ExpectedOrder[];
  /** How its run is to end: `done`, or `failed` and why. */
  readonly end: { readonly state: RunState; readonly reason?: string };
}

/** The hosts that the events of a device are about, in turn. */
export const hostOf = ({ kind, hosts }: Device, at: number): string => `${kind}-${at % hosts}`;

const incidentsOf = (device: Device): readonly Incident[] =>
  Array.from({ length: device.hosts }, (_, at) => {
    const host = hostOf(device, at);
    const orders = device.orders.map(({ method, collection, stage }) => ({
      order: `${method} /${collection}/${host}`,
      idempotent: method === "PUT",
      stage,
    }));
    return { kind: device.kind, host, orders, end: device.end };
  });

/** What is to be answered of what the devices report. */
export const incidents: readonly Incident[] = devices.filter(({ orders }) => orders.length > 0).flatMap(incidentsOf);
