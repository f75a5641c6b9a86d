export type { TokenInput } from './access/tokens.ts';
export type { FileInput } from './content/file-input.ts';
export {
  type FakeHubProcess,
  type FakeHubStats,
  launchFakeHub,
} from './control/fake-hub-process.ts';
export type { AccessChange, FakeCdn, FakeHub, FakeHubOptions } from './fake-hub.ts';
export type {
  AnswerEffect,
  BodyPoint,
  Fault,
  FaultEffect,
  FaultMatch,
  FileEffect,
  RequestEffect,
} from './faults/fault.ts';
export type { FaultHandle, FaultRegistry } from './faults/fault-registry.ts';
export type { ConnectionCounts } from './observing/counters.ts';
export { type RequestRecord, redactRequest } from './observing/request-log.ts';
export type { LfsRule } from './repositories/lfs.ts';
export type { CommitInput, ModelInput } from './repositories/model-input.ts';
export type { RouteKind } from './routes/route.ts';
export { startFakeHub } from './start-fake-hub.ts';
