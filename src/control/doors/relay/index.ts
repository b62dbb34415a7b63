export { startRelayDoor, type RelayDoor, type RelayDoorSetup } from "./relay-door.ts";
