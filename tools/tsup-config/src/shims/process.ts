/** `node:process`: its `import` would read every property, and so open the standard streams. */
const same: NodeJS.Process = globalThis.process;

export const env: NodeJS.ProcessEnv = same.env;
export const versions: NodeJS.ProcessVersions = same.versions;

// biome-ignore lint/style/noDefaultExport: as the module in whose place it is.
export default same;
