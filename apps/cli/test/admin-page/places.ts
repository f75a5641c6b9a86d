import { MINI_LM } from '../support/mini-lm.ts';

interface Place {
  readonly name: string;
  readonly path: string;
  readonly sign: string;
}

/** Every page of the page, and what it is known by once it is there. */
export const PLACES: readonly Place[] = [
  { name: 'overview', path: '', sign: 'What takes the room' },
  { name: 'models', path: 'models', sign: MINI_LM },
  { name: 'model', path: `models/hf@${MINI_LM}`, sign: 'Deleting frees' },
  { name: 'files', path: `models/hf@${MINI_LM}?tab=files`, sign: 'model.safetensors' },
  { name: 'use', path: `models/hf@${MINI_LM}?tab=use`, sign: 'snapshot_download' },
  { name: 'usage', path: `models/hf@${MINI_LM}?tab=usage`, sign: 'Shares contents with' },
  { name: 'jobs', path: 'jobs', sign: 'Ended' },
  { name: 'import', path: 'import', sign: 'Drop archives here' },
  { name: 'connections', path: 'connections', sign: 'Use fills the cache' },
  { name: 'access', path: 'access', sign: 'New token for yourself' },
  { name: 'audit', path: 'audit', sign: 'Outcome' },
  { name: 'settings', path: 'settings', sign: 'For clients' },
];
