import * as z from 'zod';
import { parseBytes, SIZE, SIZE_FORMS } from '../bytes.ts';
import { REFERENCE_FORMS } from '../reference-forms.ts';
import type { ConfigFile, JsonSchema, SchemaIssue } from './config-file.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;
const filled = (): z.ZodString => z.string().min(1);

const path = (): z.ZodString =>
  filled().refine(
    (text) => !/\$\{|^\$\w/.test(text),
    'must be a path as it is: variables are not read here, but ~/ is the home folder of the user',
  );

const NO_SIZE = `must be ${SIZE_FORMS}`;
const size = z
  .union(
    [
      z.int().min(0),
      z
        .string()
        .regex(SIZE, { message: NO_SIZE, abort: true })
        .refine((text) => parseBytes(text) !== undefined, NO_SIZE),
    ],
    NO_SIZE,
  )
  .transform((value) => (typeof value === 'number' ? value : (parseBytes(value) ?? 0)));

const options = z
  .record(z.string(), z.unknown())
  .describe('What the factory of a backend package is called with.');

const localTier = z
  .strictObject({
    size: size.describe('What contents and checkouts may take together: 200 GB, 1.5 TiB.'),
    folder: path()
      .optional()
      .describe('Folder of partial files, contents and checkouts. Default: the home folder.'),
  })
  .describe(
    "Bounds what of a store that lies elsewhere is on this machine's disk: what is read often, and what is laid out. Default: checkouts stay, and nothing else is kept.",
  );

const storage = z
  .strictObject({
    backend: filled()
      .default('local')
      .describe('`local`, `s3`, or the name of an installed package that exports `createStorage`.'),
    directory: path()
      .optional()
      .describe('Folder of the blobs, for `local`. Default: the home folder.'),
    bucket: filled().optional().describe('The bucket, for `s3`. It must exist.'),
    prefix: filled()
      .optional()
      .describe('What every key in the bucket begins with, for `s3`. Default: nothing.'),
    region: filled()
      .optional()
      .describe('Region of the bucket, for `s3`. Default: as the AWS SDK finds it.'),
    endpoint: filled()
      .optional()
      .describe(
        `Address of a store that is not AWS, for \`s3\`: https://minio.example.com. It, \`bucket\`, \`region\` and \`publicEndpoint\` may be ${REFERENCE_FORMS}.`,
      ),
    pathStyle: z
      .boolean()
      .optional()
      .describe(
        'Whether addresses are endpoint/bucket/key, for `s3`. Default: true with an endpoint.',
      ),
    accessKeyId: filled()
      .optional()
      .describe('Access key, for `s3`. Default: credentials as the AWS SDK finds them.'),
    secretAccessKey: filled()
      .optional()
      .describe(`Its secret, for \`s3\`, as ${REFERENCE_FORMS}. Never the secret itself.`),
    caFile: path()
      .optional()
      .describe('PEM file with authorities to trust beside the usual ones, for `s3`.'),
    encryption: z
      .enum(['AES256', 'aws:kms'], 'must be "AES256" or "aws:kms"')
      .optional()
      .describe("Encryption at rest, for `s3`. Default: the bucket's own."),
    kmsKeyId: filled().optional().describe('Key of the encryption `aws:kms`.'),
    publicEndpoint: z
      .union([filled(), z.literal(false)], 'must be an address, or false')
      .optional()
      .describe(
        'Address at which clients reach the store of `s3`; false if they do not. Default: endpoint.',
      ),
    localTier: localTier.optional(),
    options: options.optional(),
  })
  .describe('Where the bytes are kept.');

const metadata = z
  .strictObject({
    backend: filled()
      .default('sqlite')
      .describe(
        '`sqlite`, `postgres`, or the name of an installed package that exports `createMetadataStore`.',
      ),
    file: path()
      .optional()
      .describe('Database file, for `sqlite`. Default: `index.db` in the home folder.'),
    url: filled()
      .optional()
      .describe(
        `Address of the database, for \`postgres\`: postgresql://user@host:5432/name. With a password, as ${REFERENCE_FORMS}.`,
      ),
    maxConnections: z
      .int()
      .min(1)
      .max(1000)
      .optional()
      .describe('Most connections of one process, for `postgres`. Default: 10.'),
    options: options.optional(),
  })
  .describe('Where the index is kept.');

const connection = z
  .strictObject({
    name: z
      .string()
      .regex(NAME, 'must be letters, digits, ".", "_" and "-", beginning with a letter or digit')
      .describe('What `--connection` and messages call it.'),
    type: filled()
      .default('hub')
      .describe(
        '`hub`, `git`, or the name of an installed package that exports `createModelSource`.',
      ),
    endpoint: filled()
      .optional()
      .describe(
        'Address of the upstream. For `git`, https, ssh or file, above the model ids. Default, for `hub`: https://huggingface.co.',
      ),
    token: filled()
      .optional()
      .describe(`Access token, as ${REFERENCE_FORMS}. Never the token itself.`),
    models: z
      .array(filled())
      .default(['**'])
      .describe(
        'Globs over model ids that the connection enables; `*` stays within a segment, `**` crosses.',
      ),
    populateOnUse: z
      .boolean()
      .default(true)
      .describe('Whether use through a server fills the cache.'),
    redirects: z
      .enum(['auto', 'always', 'never'], 'must be "auto", "always" or "never"')
      .optional()
      .describe(
        'Who is sent to the bucket for large files, by an address that is good for 10 minutes: clients that are known to follow, all but web pages, or nobody. Default: auto.',
      ),
    quota: size
      .optional()
      .describe(
        'Most bytes of the models that came through it, each content once: `200GB`, `512GiB`. Default: no limit of its own.',
      ),
    proxy: filled()
      .optional()
      .describe(
        `Address of a proxy, or ${REFERENCE_FORMS}, or \`direct\` for none. Default: as HTTPS_PROXY and NO_PROXY say.`,
      ),
    caFile: path()
      .optional()
      .describe(
        'PEM file with authorities to trust beside the usual ones. Default: SSL_CERT_FILE.',
      ),
    allowedRedirectHosts: z
      .array(filled())
      .optional()
      .describe(
        'Hosts beyond the endpoint that may be asked for files, like `*.cdn.example`. Default: any that is as public as the endpoint.',
      ),
    options: options.optional(),
  })
  .describe('A named upstream.');

const count = (most: number): z.ZodNumber => z.int().min(1).max(most);
const milliseconds = (): z.ZodNumber => z.int().min(1).max(3_600_000);

const fetch = z
  .strictObject({
    maxConnections: count(1024)
      .optional()
      .describe('Connections in use at once, over all files. Default: 32.'),
    maxAttempts: count(100)
      .optional()
      .describe('Tries of one range without any new byte before the file fails. Default: 6.'),
    retryDelayMs: milliseconds()
      .optional()
      .describe('First wait between tries, in ms; doubled each time. Default: 500.'),
    leaseTtlMs: milliseconds()
      .optional()
      .describe('How long the lease of a silent process stays good, in ms. Default: 15000.'),
  })
  .describe('How files are fetched.');

const hostName = z
  .string()
  .regex(
    /^(\*|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)$/,
    'must be a host name without a port, or "*"',
  );

const server = z
  .strictObject({
    host: filled()
      .optional()
      .describe('Address to listen at. Default: 127.0.0.1, which only this machine reaches.'),
    port: z.int().min(0).max(65_535).optional().describe('Port to listen at. Default: 8080.'),
    allowedHosts: z
      .array(hostName)
      .optional()
      .describe(
        "Names under which clients ask, beside `localhost`, addresses and this machine's name; `*` for any.",
      ),
    publicUrl: filled()
      .optional()
      .describe(
        `Address under which clients know the server, where a proxy stands before it. It and \`peerAddress\` may be ${REFERENCE_FORMS}.`,
      ),
    anonymous: z
      .enum(['none', 'read'], 'must be "none" or "read"')
      .optional()
      .describe('What a request without a token may do once there are users. Default: none.'),
    corsOrigins: z
      .array(filled())
      .optional()
      .describe('Origins of web pages that may read models; `*` for any. Default: none.'),
    freshSeconds: z
      .int()
      .min(0)
      .max(31_536_000)
      .optional()
      .describe('How long what an upstream said of a branch counts as fresh. Default: 60.'),
    peerAddress: z
      .union([filled(), z.literal(false)], 'must be an address, or false')
      .optional()
      .describe(
        'Where other servers of the same store reach this one, to read what it is fetching: http://10.0.0.5:8080; false if they shall not. Default: where it listens, with an index that machines share; else false.',
      ),
    stopGraceSeconds: z
      .int()
      .min(0)
      .max(3600)
      .optional()
      .describe('How long requests may go on once the server stops. Default: 30.'),
  })
  .describe('How `modelkeep serve` serves.');

const configFile = z
  .strictObject({
    home: path()
      .optional()
      .describe(
        "The store's folder. MODELKEEP_HOME and --home win. Default: the platform's data folder.",
      ),
    storage: storage.optional(),
    metadata: metadata.optional(),
    connections: z
      .array(connection)
      .optional()
      .describe(
        'Upstreams, in order: the first that enables a model serves it. Default: the Hugging Face Hub.',
      ),
    offline: z
      .boolean()
      .optional()
      .describe('Never touch an upstream. HF_HUB_OFFLINE=1 does the same.'),
    quota: size
      .optional()
      .describe(
        'Most bytes that the store may have: `500GB`, `512GiB`. Default: as many as the volume has.',
      ),
    evict: z
      .boolean()
      .optional()
      .describe(
        'Whether models that were not used for longest are removed when a quota or the volume has no room for a new one. Default: false.',
      ),
    fetch: fetch.optional(),
    server: server.optional(),
  })
  .describe('Configuration of Modelkeep.');

/** Checks a config file's content against the schema. */
export function checkConfigFile(value: unknown): ConfigFile | readonly SchemaIssue[] {
  const result = configFile.safeParse(value, { reportInput: true });
  return result.success ? result.data : result.error.issues;
}

/** The published JSON Schema of the config file, for editors. */
export function configJsonSchema(): JsonSchema {
  return {
    ...(z.toJSONSchema(configFile, { target: 'draft-7', io: 'input' }) as JsonSchema),
    title: 'Modelkeep config file',
  };
}
