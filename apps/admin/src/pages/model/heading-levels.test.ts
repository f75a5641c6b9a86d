import { expect, it } from 'vitest';
import { headingLevels } from './heading-levels.ts';

it.each([
  ['h1 h2 h3', 'h2 h3 h4'],
  ['h3 h3 h1 h4', 'h2 h3 h2 h3'],
  ['h6 h6 h6 h6 h6 h6', 'h2 h3 h4 h5 h6 h6'],
])('puts %s below the heading of the page', (given, expected) => {
  const children = given.split(' ').map((tagName) => ({ type: 'element', tagName }));
  headingLevels()({ type: 'root', children });
  expect(children.map(({ tagName }) => tagName).join(' ')).toBe(expected);
});

it('remembers what each was', () => {
  const heading = { type: 'element', tagName: 'h3', properties: { id: 'x' } };
  headingLevels()({
    type: 'root',
    children: [{ type: 'element', tagName: 'p', children: [heading] }],
  });
  expect(heading).toMatchObject({ tagName: 'h2', properties: { id: 'x', className: ['card-h3'] } });
});
