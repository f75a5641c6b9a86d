/** Pairs of backends beside a folder with SQLite, which every suite runs on by itself. */
export const PAIRS = ['S3 and PostgreSQL', 'S3 and SQLite', 'a folder and PostgreSQL'] as const;
export type Pair = (typeof PAIRS)[number];

const EACH = PAIRS;
const SHARED: readonly Pair[] = ['S3 and PostgreSQL'];
/** Why a suite runs on no other pair. */
const OWN_STORE = 'it makes its own stores, on the backends that it is about';
const PACKED = 'it is about packages as they are published';
const NO_STORE = 'there is no store in it';
const LOCAL_DISK = 'it breaks the folder or the volume of a local store';
const PAGE = 'it is about how the page looks';

/**
 * Every suite of the command line and the server: the other pairs that it runs on as well, or why on none. Those that go
 * through all that a store does run on each; the others on the pair of many servers, where both backends are others.
 */
export const SUITES: Readonly<Record<string, readonly Pair[] | string>> = {
  'admin-page/accessibility': PAGE,
  'admin-page/actions': SHARED,
  'admin-page/administration': SHARED,
  'admin-page/hostile': PAGE,
  'admin-page/large-import': SHARED,
  'admin-page/network': SHARED,
  'admin-page/plain-user': SHARED,
  'admin-page/prefix': SHARED,
  'admin-page/sign-in': SHARED,
  'air-gap': SHARED,
  'bad-names': SHARED,
  behaviour: SHARED,
  'brought-models': SHARED,
  'clients/downloaders': SHARED,
  'clients/errors': SHARED,
  'clients/faults': SHARED,
  'clients/hf-hub-rust': SHARED,
  'clients/huggingface-hub': SHARED,
  'clients/huggingface-js': SHARED,
  'clients/names': SHARED,
  'clients/redirects': OWN_STORE,
  'clients/sentence-transformers': 'it asks for what huggingface_hub asks for',
  'clients/transformers-js': SHARED,
  'clients/warm-tree': SHARED,
  commands: EACH,
  commotion: SHARED,
  completion: SHARED,
  'compressed-zip': SHARED,
  'custom-storage': PACKED,
  'damaged-store': SHARED,
  'deploy/descriptions': NO_STORE,
  'deploy/image': PACKED,
  'deploy/topology': OWN_STORE,
  'disk-errors': LOCAL_DISK,
  eviction: SHARED,
  example: PACKED,
  'example-swap': PACKED,
  faults: SHARED,
  'full-volume': LOCAL_DISK,
  'git/clone': SHARED,
  'git/pull': SHARED,
  'hand-built': SHARED,
  'hostile-archives': SHARED,
  'hub-answers': SHARED,
  'kill-9': SHARED,
  'many-servers/cold-read': OWN_STORE,
  'many-servers/history': OWN_STORE,
  migrate: OWN_STORE,
  'one-flight': SHARED,
  'open-model-cache': SHARED,
  readme: PACKED,
  'real-model': SHARED,
  resume: SHARED,
  'server/attacks': SHARED,
  'server/chain': SHARED,
  'server/client-python': 'it starts its own servers',
  'server/herd': SHARED,
  'server/interrupted': SHARED,
  'server/local-tier': OWN_STORE,
  'server/offline': 'it cuts the server off from every network, and so from S3 and PostgreSQL',
  'server/remote': EACH,
  'server/schemathesis': SHARED,
  'server/serve': SHARED,
  'server/warm-reads': OWN_STORE,
  'shared-commotion': OWN_STORE,
  'shared-store': OWN_STORE,
  'small-volume': LOCAL_DISK,
  stores: 'it runs the others',
  terminal: 'it is about what a terminal shows',
};

/** The suites that run on a pair as well. */
export function suitesOn(pair: Pair): readonly string[] {
  return Object.entries(SUITES).flatMap(([name, where]) =>
    typeof where !== 'string' && where.includes(pair) ? [name] : [],
  );
}
