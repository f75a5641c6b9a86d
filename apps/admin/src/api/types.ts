import type { components } from './schema.d.ts';

type Schemas = components['schemas'];

export type Model = Schemas['Model'];
export type ModelDetails = Schemas['ModelDetails'];
export type ModelFile = Schemas['File'];
export type Facets = Schemas['Facets'];
export type Facet = Schemas['Facet'];
export type Job = Schemas['Job'];
export type JobKind = Job['kind'];
export type JobState = Job['state'];
export type SessionState = Schemas['SessionState'];
export type PullPreview = Schemas['PullPreview'];
export type ImportPreflight = Schemas['ImportPreflight'];
export type DeletionPreview = Schemas['DeletionPreview'];
export type EvictionResult = Schemas['EvictionResult'];
export type EvictionChoice = Schemas['EvictionChoice'];
export type UploadFacts = Schemas['Upload'];
export type Overview = Schemas['Overview'];
export type Stats = Schemas['Stats'];
export type Connection = Schemas['Connection'];
export type ConnectionTest = Schemas['ConnectionTest'];
export type User = Schemas['User'];
export type Token = Schemas['Token'];
export type IssuedToken = Schemas['IssuedToken'];
export type AuditEvent = Schemas['AuditEvent'];
