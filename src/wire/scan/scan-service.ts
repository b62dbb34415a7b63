import { garrison } from "#gen/garrison.js";
import { codecOf } from "../bytes/codec.ts";
import { methodsOf } from "../bytes/method.ts";
import * as messages from "./scan-messages.ts";

const { v1 } = garrison;
const { scanState } = messages;

const scanFields = (scan: messages.Scan): object => ({ ...scan, state: scanState.toWire(scan.state) });

const method = methodsOf("garrison.v1.ScanService");

/** The RPCs of `garrison.v1.ScanService`. */
export const scanService = {
  uploadBundle: method(
    "UploadBundle",
    { role: "operator", changes: true, requestStream: true },
    codecOf("UploadBundleRequest", v1.UploadBundleRequest, messages.uploadBundleRequest),
    codecOf("UploadBundleResponse", v1.UploadBundleResponse, messages.uploadBundleResponse),
  ),
  submitScan: method(
    "SubmitScan",
    { role: "operator", changes: true },
    codecOf("SubmitScanRequest", v1.SubmitScanRequest, messages.submitScanRequest),
    codecOf("SubmitScanResponse", v1.SubmitScanResponse, messages.submitScanResponse),
  ),
  getScan: method(
    "GetScan",
    { role: "viewer" },
    codecOf("GetScanRequest", v1.GetScanRequest, messages.scanRequest),
    codecOf("GetScanResponse", v1.GetScanResponse, messages.scanResponse, ({ scan }) => ({ scan: scanFields(scan) })),
  ),
  listScans: method(
    "ListScans",
    { role: "viewer" },
    codecOf("ListScansRequest", v1.ListScansRequest, messages.listScansRequest, (request) => ({
      ...request,
      states: request.states.map(scanState.toWire),
    })),
    codecOf("ListScansResponse", v1.ListScansResponse, messages.listScansResponse, (response) => ({
      ...response,
      scans: response.scans.map(scanFields),
    })),
  ),
  watchScan: method(
    "WatchScan",
    { role: "viewer", responseStream: true },
    codecOf("WatchScanRequest", v1.WatchScanRequest, messages.scanRequest),
    codecOf("WatchScanResponse", v1.WatchScanResponse, messages.scanResponse, ({ scan }) => ({
      scan: scanFields(scan),
    })),
  ),
  listFindings: method(
    "ListFindings",
    { role: "viewer" },
    codecOf("ListFindingsRequest", v1.ListFindingsRequest, messages.listFindingsRequest),
    codecOf("ListFindingsResponse", v1.ListFindingsResponse, messages.listFindingsResponse),
  ),
  pauseScan: method(
    "PauseScan",
    { role: "operator", changes: true },
    codecOf("PauseScanRequest", v1.PauseScanRequest, messages.scanRequest),
    codecOf("PauseScanResponse", v1.PauseScanResponse, messages.empty),
  ),
  resumeScan: method(
    "ResumeScan",
    { role: "operator", changes: true },
    codecOf("ResumeScanRequest", v1.ResumeScanRequest, messages.scanRequest),
    codecOf("ResumeScanResponse", v1.ResumeScanResponse, messages.empty),
  ),
  cancelScan: method(
    "CancelScan",
    { role: "operator", changes: true },
    codecOf("CancelScanRequest", v1.CancelScanRequest, messages.scanRequest),
    codecOf("CancelScanResponse", v1.CancelScanResponse, messages.cancelScanResponse),
  ),
} as const;
