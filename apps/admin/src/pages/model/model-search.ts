import { choiceParam } from '../../shell/search-params.ts';

export interface ModelSearch {
  readonly tab?: string | undefined;
}

export function parseModelSearch(search: Record<string, unknown>): ModelSearch {
  return { tab: choiceParam(search, 'tab', ['card', 'files', 'use', 'usage']) };
}
