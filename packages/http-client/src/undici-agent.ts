/// <reference path="./undici-parts.d.ts" />
/** What a connection without a proxy needs of undici, and no more. */
export { default as connector } from 'undici/lib/core/connect.js';
export { default as Agent } from 'undici/lib/dispatcher/agent.js';
