// src/index.ts
import { isModelkeepError } from "@modelkeep/core/spi";

// src/open-model-cache.ts
import { loadConfig, openConfigured } from "@modelkeep/config";
import { createModelCache } from "@modelkeep/core";
async function openModelCache(options = {}) {
  const config = await loadConfig({
    ...options.config === void 0 ? {} : { file: options.config },
    ...options.home === void 0 ? {} : { home: options.home }
  });
  const configured = await openConfigured(config, { archives: options.archives ?? true });
  return createModelCache({
    ...configured,
    ...options.user === void 0 ? {} : { user: options.user }
  });
}
export {
  isModelkeepError,
  openModelCache
};
//# sourceMappingURL=index.js.map