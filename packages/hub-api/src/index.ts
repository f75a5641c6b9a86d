export type { CorsOrigins } from './http/cors.ts';
export type { FileBody, HubAnswer } from './http/hub-answer.ts';
export type { HubRequest } from './http/hub-request.ts';
export { createHubApi, fileOfResponse, type HubApi, type RequestEnvironment } from './hub-api.ts';
export { createHubResponder, type HubResponder } from './hub-responder.ts';
export type { HubApiOptions } from './options.ts';
