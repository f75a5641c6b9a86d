import { setTimeout as sleep } from 'node:timers/promises';
import { MINI_LM } from '../support/mini-lm.ts';
import type { Site } from './site.ts';

const MB = 1_000_000;

/** Made-up models as a team may have them: name, library, task, licence, MB. Those of one seed share their weights. */
const SAMPLES = [
  ['acme/support-chat-7b-instruct', 'transformers', 'text-generation', 'apache-2.0', 31, 1],
  ['acme/support-chat-7b-instruct-awq', 'transformers', 'text-generation', 'apache-2.0', 12, 2],
  ['acme/contract-ner', 'transformers', 'token-classification', 'mit', 9, 3],
  [
    'acme/contract-ner-v2-long-context-with-a-name-that-does-not-end',
    'transformers',
    'token-classification',
    'mit',
    9,
    3,
  ],
  ['vision/product-segmenter', 'timm', 'image-segmentation', 'cc-by-4.0', 14, 4],
  ['vision/shelf-detector', 'timm', 'object-detection', 'cc-by-4.0', 8, 5],
  ['speech/whisper-tiny-finetuned', 'transformers', 'automatic-speech-recognition', 'mit', 6, 6],
  ['studio/packshot-diffusion', 'diffusers', 'text-to-image', 'openrail', 38, 7],
  ['studio/packshot-diffusion-lora', 'diffusers', 'text-to-image', 'openrail', 3, 8],
  ['search/multilingual-e5-ours', 'sentence-transformers', 'feature-extraction', 'mit', 18, 9],
  ['search/reranker-small', 'sentence-transformers', 'text-classification', 'apache-2.0', 5, 10],
  ['gguf/support-chat-q4', 'gguf', 'text-generation', 'apache-2.0', 17, 11],
] as const;

/** So large that it is fetched while a picture is taken. */
export const LARGE = 'acme/support-chat-70b-instruct';

/** Fills a server with models that were pulled, used, pinned and removed. */
export async function fillSite(site: Site): Promise<void> {
  for (const [id, libraryName, pipelineTag, license, size, seed] of SAMPLES) {
    await site.hub.addModel({
      id,
      libraryName,
      pipelineTag,
      tags: [libraryName, pipelineTag, 'en', `license:${license}`],
      files: {
        'README.md': `# ${id}\n\nMade for a picture.\n`,
        'config.json': JSON.stringify({ id }),
        'model.safetensors': { generated: { size: size * MB, seed } },
      },
    });
    await ask(site, 'ada', 'POST', '/pulls', { model: id });
  }
  await site.hub.addModel({
    id: LARGE,
    files: {
      'config.json': '{}',
      'model-00001-of-00002.safetensors': { generated: { size: 5000 * MB, seed: 20 } },
      'model-00002-of-00002.safetensors': { generated: { size: 4000 * MB, seed: 21 } },
    },
  });
  await ask(site, 'uma', 'POST', '/pulls', { model: MINI_LM });
  await settled(site);
  for (const [id] of SAMPLES.slice(0, 7)) await use(site, id, 'config.json');
  for (let round = 0; round < 3; round += 1) await use(site, MINI_LM, 'model.safetensors');
  await ask(site, 'ada', 'POST', '/pins', { models: [`hf@${SAMPLES[0][0]}`], pinned: true });
  await ask(site, 'ada', 'POST', '/verify', { quick: true });
  await ask(site, 'ada', 'POST', '/pulls', { model: 'acme/not-there' });
  await settled(site);
}

async function use({ server, tokens }: Site, id: string, path: string): Promise<void> {
  const headers = { authorization: `Bearer ${tokens.uma}` };
  const response = await fetch(`${server().url}/${id}/resolve/main/${path}`, { headers });
  await response.arrayBuffer();
}

async function ask(
  { server, tokens }: Site,
  user: 'ada' | 'uma',
  method: string,
  path: string,
  body?: unknown,
): Promise<unknown> {
  const response = await fetch(`${server().url}/-/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${tokens[user]}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return response.json();
}

async function settled(site: Site): Promise<void> {
  for (;;) {
    const { jobs } = (await ask(site, 'ada', 'GET', '/jobs')) as { jobs: { state: string }[] };
    if (!jobs.some(({ state }) => state === 'queued' || state === 'running')) return;
    await sleep(200);
  }
}
