/** Pairs of backends beside a folder with SQLite, which every suite runs on by itself. */
export const PAIRS = ['S3 and PostgreSQL', 'S3 and SQLite', 'a folder and PostgreSQL'] as const;
export type Pair = (typeof PAIRS)[number];

const EACH = PAIRS;
/** It breaks the folder or the volume of a local store, which a store in a bucket has not. */
const IN_FOLDER: readonly Pair[] = ['a folder and PostgreSQL'];
/** Why a suite runs on no other pair. */
const OWN_STORE = 'it makes its own stores, on the backends that it is about';
const PACKED = 'it is about packages as they are published';
const NO_STORE = 'there is no store in it';
const PAGE = 'it is about how the page looks';

/** Every suite of the command line and the server: the other pairs that it runs on as well, or why on none. */
export const SUITES: Readonly<Record<string, readonly Pair[] | string>> = {
  'admin-page/accessibility': PAGE,
  'admin-page/actions': EACH,
  'admin-page/administration': EACH,
  'admin-page/hostile': PAGE,
  'admin-page/large-import': EACH,
  'admin-page/network': EACH,
  'admin-page/plain-user': EACH,
  'admin-page/prefix': EACH,
  'admin-page/sign-in': EACH,
  'air-gap': EACH,
  'bad-names': EACH,
  behaviour: EACH,
  'brought-models': EACH,
  'clients/downloaders': EACH,
  'clients/errors': EACH,
  'clients/faults': EACH,
  'clients/hf-hub-rust': EACH,
  'clients/huggingface-hub': EACH,
  'clients/huggingface-js': EACH,
  'clients/names': EACH,
  'clients/redirects': OWN_STORE,
  'clients/sentence-transformers': 'it asks for what huggingface_hub asks for',
  'clients/transformers-js': EACH,
  'clients/warm-tree': EACH,
  commands: EACH,
  commotion: EACH,
  completion: EACH,
  'compressed-zip': EACH,
  'custom-storage': PACKED,
  'damaged-store': EACH,
  'deploy/descriptions': NO_STORE,
  'deploy/image': PACKED,
  'deploy/topology': OWN_STORE,
  'disk-errors': IN_FOLDER,
  eviction: EACH,
  example: PACKED,
  'example-swap': PACKED,
  faults: EACH,
  'full-volume': IN_FOLDER,
  'git/clone': EACH,
  'git/pull': EACH,
  'hand-built': EACH,
  'hostile-archives': EACH,
  'hub-answers': EACH,
  'kill-9': EACH,
  'many-servers/cold-read': OWN_STORE,
  'many-servers/history': OWN_STORE,
  migrate: OWN_STORE,
  'one-flight': EACH,
  'open-model-cache': EACH,
  readme: PACKED,
  'real-model': EACH,
  resume: EACH,
  'server/attacks': EACH,
  'server/chain': EACH,
  'server/client-python': 'it starts its own servers',
  'server/herd': EACH,
  'server/interrupted': EACH,
  'server/local-tier': OWN_STORE,
  'server/offline': 'it cuts the server off from every network, and so from S3 and PostgreSQL',
  'server/remote': EACH,
  'server/schemathesis': EACH,
  'server/serve': EACH,
  'server/warm-reads': OWN_STORE,
  'shared-commotion': OWN_STORE,
  'shared-store': OWN_STORE,
  'small-volume': IN_FOLDER,
  stores: 'it runs the others',
  terminal: 'it is about what a terminal shows',
};

/** Each suite with each of its pairs. At any time the pairs are at different suites: not all start browsers at once. */
export function inTurn(): readonly (readonly [pair: Pair, suite: string])[] {
  const columns = PAIRS.map((pair, index) => {
    const suites = Object.keys(SUITES).filter((name) => runsOn(name, pair));
    const first = Math.floor((index * suites.length) / PAIRS.length);
    return [...suites.slice(first), ...suites.slice(0, first)].map((name) => [pair, name] as const);
  });
  const rows = Math.max(...columns.map(({ length }) => length));
  return Array.from({ length: rows }, (_, row) =>
    columns.flatMap((column) => column.slice(row, row + 1)),
  ).flat();
}

function runsOn(name: string, pair: Pair): boolean {
  const where = SUITES[name];
  return typeof where === 'object' && where.includes(pair);
}
