// `node embed.mjs <folder of transformers.js> <model> <sentence>`: prints an embedding as JSON.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [folder, model, sentence] = process.argv.slice(2);
const path = createRequire(join(folder, 'package.json')).resolve('@huggingface/transformers');
const { env, pipeline } = await import(pathToFileURL(path).href);
// It knows no HF_ENDPOINT: its documentation says to set this.
env.remoteHost = `${process.env.HF_ENDPOINT}/`;
env.cacheDir = process.env.HF_HOME;
const extract = await pipeline('feature-extraction', model);
const { data } = await extract(sentence, { pooling: 'mean', normalize: false });
process.stdout.write(JSON.stringify([...data]));
