/** The part of the library that is used, so that a bundler can leave out the rest. */
export { listFiles, modelInfo } from '@huggingface/hub';
