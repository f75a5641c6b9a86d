import { expect, it } from 'vitest';
import { parseSearch, stringifySearch } from '../../shell/search-params.ts';
import { parseModelsSearch, toQuery } from './models-search.ts';

it('reads an address as people write it', () => {
  const search = parseSearch('?search=bert&sort=size&order=desc&unused=90&state=partial');
  expect(parseModelsSearch(search)).toMatchObject({
    search: 'bert',
    sort: 'size',
    order: 'desc',
    unused: '90',
    state: 'partial',
  });
});

it('leaves out what makes no sense', () => {
  const search = parseSearch('?sort=colour&unused=3&state=%3Cscript%3E&pinned=maybe&search=');
  expect(Object.values(parseModelsSearch(search)).filter((value) => value !== undefined)).toEqual(
    [],
  );
});

it('writes the same address again, with nothing that is not set', () => {
  const text = '?search=a+b%26c&library=timm';
  expect(stringifySearch({ ...parseModelsSearch(parseSearch(text)) })).toBe(text);
  expect(stringifySearch({})).toBe('');
});

it('asks the API for it', () => {
  expect(
    toQuery({
      search: 'x',
      state: 'partial',
      unused: '30',
      connection: '(imported)',
      sort: 'size',
    }),
  ).toEqual({ search: 'x', complete: 'false', unusedForDays: 30, connection: '' });
});
