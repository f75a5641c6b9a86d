import { Link } from '@tanstack/react-router';
import { hierarchy, treemap, treemapSquarify } from 'd3-hierarchy';
import type { ReactNode } from 'react';
import { formatBytes } from '../../format/bytes.ts';
import { formatPercent } from '../../format/count.ts';
import { useMediaQuery } from '../../ui/use-media-query.ts';
import { parseModelsSearch } from '../models/models-search.ts';

export interface Tile {
  readonly name: string;
  readonly sizeInBytes: number;
  /** The model that it leads to. */
  readonly key?: string;
  /** What the models are narrowed to where it leads to several. */
  readonly search?: Readonly<Record<string, unknown>>;
}

interface Root {
  readonly children: readonly Tile[];
}

/** The layout's own measure: about as wide and high as it is shown, so that tiles keep their shape. */
const WIDTH = 1000;
const NARROW_WIDTH = 340;
const HEIGHT = 320;

const COLOURS = ['bg-chart-1', 'bg-chart-4', 'bg-chart-2', 'bg-chart-5', 'bg-chart-6'];

/** Areas as large as what they stand for; each leads to its models. */
export function Treemap({
  label,
  tiles,
}: {
  readonly label: string;
  readonly tiles: readonly Tile[];
}): ReactNode {
  const width = useMediaQuery('(max-width: 40rem)') ? NARROW_WIDTH : WIDTH;
  const shown = tiles.filter(({ sizeInBytes }) => sizeInBytes > 0);
  const total = shown.reduce((sum, { sizeInBytes }) => sum + sizeInBytes, 0);
  if (total === 0) return <p className="py-6 text-center text-muted">Nothing is cached yet.</p>;
  const root = hierarchy<Root | Tile>({ children: shown }, (node) =>
    'children' in node ? node.children : undefined,
  ).sum((node) => ('sizeInBytes' in node ? node.sizeInBytes : 0));
  const layout = treemap<Root | Tile>()
    .tile(treemapSquarify.ratio(1.6))
    .size([width, HEIGHT])
    .paddingInner(3);
  const leaves = layout(root).leaves();
  return (
    <ul aria-label={label} className="relative mt-1 h-80 overflow-hidden rounded-lg">
      {leaves.map(({ data, x0, x1, y0, y1 }, index) => (
        <li
          // biome-ignore lint/suspicious/noArrayIndexKey: names need not differ
          key={index}
          className="absolute"
          style={{
            left: `${(x0 / width) * 100}%`,
            top: `${(y0 / HEIGHT) * 100}%`,
            width: `${((x1 - x0) / width) * 100}%`,
            height: `${((y1 - y0) / HEIGHT) * 100}%`,
          }}
        >
          <TileLink
            tile={data as Tile}
            share={(data as Tile).sizeInBytes / total}
            colour={COLOURS[index % COLOURS.length] ?? ''}
          />
        </li>
      ))}
    </ul>
  );
}

function TileLink({
  tile,
  share,
  colour,
}: {
  readonly tile: Tile;
  readonly share: number;
  readonly colour: string;
}): ReactNode {
  const { name, sizeInBytes, key, search } = tile;
  const text = `${name}: ${formatBytes(sizeInBytes)}, ${formatPercent(share)}`;
  const look = `block size-full overflow-hidden rounded-sm p-1.5 text-xs leading-snug text-on-chart no-underline -outline-offset-3 focus-visible:outline-on-chart ${colour}`;
  const content = (
    <>
      <span aria-hidden className="block truncate font-medium">
        {name}
      </span>
      <span aria-hidden className="tabular block truncate">
        {formatBytes(sizeInBytes)}
      </span>
      <span className="sr-only">{text}</span>
    </>
  );
  if (key !== undefined) {
    return (
      <Link to="/models/$" params={{ _splat: key }} title={text} className={look}>
        {content}
      </Link>
    );
  }
  if (search === undefined) {
    return (
      <span title={text} className={look}>
        {content}
      </span>
    );
  }
  return (
    <Link
      to="/models"
      search={{ ...parseModelsSearch(search), sort: 'size', order: 'desc' }}
      title={text}
      className={look}
    >
      {content}
    </Link>
  );
}
