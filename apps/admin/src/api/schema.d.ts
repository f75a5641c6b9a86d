// Made from the OpenAPI document of the server: pnpm --filter @modelkeep/admin generate

export interface paths {
    "/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is stored, what goes on and what to look at */
        get: operations["getOverview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Downloads and bytes over time, of all servers together; kept for ninety days */
        get: operations["getStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Cached models, page by page */
        get: operations["getModels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One cached model in full */
        get: operations["getModelsByKey"];
        put?: never;
        post?: never;
        /** Remove a model from the cache */
        delete: operations["deleteModelsByKey"];
        options?: never;
        head?: never;
        /** Pin a model, or let it go */
        patch: operations["patchModelsByKey"];
        trace?: never;
    };
    "/facets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many models have which library, task, language, license, connection */
        get: operations["getFacets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{key}/card": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The README of a model */
        get: operations["getModelsByKeyCard"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{key}/files/{path}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One file of a cached model, as a download */
        get: operations["getModelsByKeyFilesByPath"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{key}/archive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Export a model. A tar, and a zip without compress, has a known size and can be resumed: Range with the ETag as If-Range. */
        get: operations["getModelsByKeyArchive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{key}/snapshot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The folder and the files of a cached model. Counts as a use of it. */
        get: operations["getModelsByKeySnapshot"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/models/{key}/contents/{sha256}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The content of one file of a cached model. Can be resumed with Range. */
        get: operations["getModelsByKeyContentsBySha256"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pulls/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a pull would fetch, whether it fits, and whether one may */
        post: operations["postPullsPreview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/deletions/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What removing models would free, each alone and all together */
        post: operations["postDeletionsPreview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/evict/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What an eviction would remove, what it would leave, and why */
        post: operations["postEvictPreview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/exports/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Where the archives of models are had, and how large they are */
        post: operations["postExportsPreview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pulls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Fetch a model, or what has changed in it */
        post: operations["postPulls"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Import an archive that was uploaded, or that lies on the server */
        post: operations["postImports"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/imports/preflight": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Read and prove an archive without storing anything. The result is an ImportPreflight. */
        post: operations["postImportsPreflight"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/deletions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Remove models from the cache, one after the other */
        post: operations["postDeletions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/pins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pin models, or let them go */
        post: operations["postPins"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Prove what is cached */
        post: operations["postVerify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/gc": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Remove what nothing refers to */
        post: operations["postGc"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/evict": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Remove what was not used for longest, down to the quota. The result is an EvictionResult, which explains each choice. */
        post: operations["postEvict"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Disk usage */
        get: operations["getUsage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Archives on their way in, and those that nobody has imported yet */
        get: operations["getUploads"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Jobs, the newest first */
        get: operations["getJobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One job */
        get: operations["getJobsById"];
        put?: never;
        post?: never;
        /** Forget a job that has ended */
        delete: operations["deleteJobsById"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a job; what was fetched stays */
        post: operations["postJobsByIdCancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All jobs that one may see, as server-sent events: `job` with each change of its state or progress, a few times a second. Begins with those that go on. Ends after some minutes: who listens asks again. */
        get: operations["getEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/jobs/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What happens in a job, as server-sent events: `job` with each change of its state, and the events of its work. Ends with the job. */
        get: operations["getJobsByIdEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who asks, and by what right */
        get: operations["getSession"];
        put?: never;
        /** Sign a browser in: with a token, or with the code in the link of the server's console */
        post: operations["postSession"];
        /** Sign out */
        delete: operations["deleteSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Browsers that are signed in: all of them for an admin, else the own ones */
        get: operations["getSessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Sign a browser out */
        delete: operations["deleteSessionsById"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Add the first user, an admin, with a token, and sign the browser in as it */
        post: operations["postSetup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who asks */
        get: operations["getMe"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All users */
        get: operations["getUsers"];
        put?: never;
        /** Add a user */
        post: operations["postUsers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a user with all tokens */
        delete: operations["deleteUsersByName"];
        options?: never;
        head?: never;
        /** Change a user's role */
        patch: operations["patchUsersByName"];
        trace?: never;
    };
    "/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tokens: all of them for an admin, else the own ones */
        get: operations["getTokens"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/users/{name}/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Issue a token */
        post: operations["postUsersByNameTokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/me/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Issue a token to oneself */
        post: operations["postMeTokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Revoke a token */
        delete: operations["deleteTokensById"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/connections": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where models come from, in the order in which they are asked */
        get: operations["getConnections"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/connections/{name}/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask an upstream for a model, and tell what failed */
        post: operations["postConnectionsByNameTest"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who changed what, the newest first */
        get: operations["getAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit.csv": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same as a table */
        get: operations["getAudit.csv"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit/actions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What there is to filter by, in the newest events */
        get: operations["getAuditActions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/audit/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the audit log is whole */
        get: operations["getAuditCheck"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The settings in force */
        get: operations["getSettings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        EvictionChoice: {
            key: string;
            evicted: boolean;
            /** @enum {string} */
            reason: "least-recently-used" | "old-commit" | "pinned" | "in-use" | "recently-used" | "imported" | "shared" | "enough" | "changed";
            /** @description The reason in words. */
            why: string;
            sizeInBytes: number;
            freedBytes: number;
            /** @description Or stored, if no use was noted. */
            lastUsed: number;
        };
        Overview: {
            store: {
                /** @description What is on the disk, each content once. */
                blobBytes: number;
                blobCount: number;
                /** @description Of all models, as if nothing were shared. */
                logicalBytes: number;
                /** @description What sharing saves. */
                savedBytes: number;
                /** @description What a garbage collection would free. */
                unreferencedBytes: number;
                partialBytes: number;
                freeBytes: number | null;
                totalBytes: number | null;
                /** @description Null: as much as the volume has. */
                quotaBytes: number | null;
                /** @description Whether models may be evicted so that others fit. */
                evicts: boolean;
            };
            models: {
                count: number;
                partial: number;
                pinned: number;
            };
            byModel: components["schemas"]["Slice"][];
            /** @description An empty name: no library is known. */
            byLibrary: components["schemas"]["Slice"][];
            /** @description By last use, in this order: today, week, month, quarter, year, older, never. */
            byAge: components["schemas"]["Slice"][];
            /** @description By this server. */
            fetching: {
                modelId: string;
                path: string;
                doneBytes: number;
                totalBytes: number;
                receivedBytes: number;
                bytesPerSecond: number;
                /** @description ms since the epoch */
                startedAt: number;
            }[];
            /** @description Contents that other processes of the store fetch. */
            fetchingElsewhere: number;
            jobs: {
                running: number;
                queued: number;
            };
            warnings: components["schemas"]["Warning"][];
        };
        Slice: {
            /** @description Null: all others. */
            name: string | null;
            count: number;
            sizeInBytes: number;
        };
        Warning: {
            /** @enum {string} */
            kind: "disk-nearly-full" | "quota-nearly-used" | "source-stale" | "verification-failed" | "token-expires" | "no-users" | "broken-audit";
            /** @enum {string} */
            severity: "info" | "warning" | "error";
            message: string;
            /** @description A connection, a token, a job. */
            subject: string | null;
            since: number | null;
        };
        Error: {
            error: {
                /** @description One of a closed list: `model-not-cached`, `access-denied`, … */
                code: string;
                message: string;
                details: {
                    [key: string]: unknown;
                };
            };
        };
        Stats: {
            /** @description ms since the epoch */
            from: number;
            /** @description ms since the epoch */
            to: number;
            /** @description ms. */
            step: number;
            points: {
                /** @description ms since the epoch */
                time: number;
                /** @description Files that were asked for from their beginning. */
                downloads: number;
                hits: number;
                misses: number;
                stale: number;
                servedBytes: number;
                fetchedBytes: number;
                /** @description Served, and sent by no source for it. */
                savedBytes: number;
            }[];
            totals: {
                /** @description Files that were asked for from their beginning. */
                downloads: number;
                hits: number;
                misses: number;
                stale: number;
                servedBytes: number;
                fetchedBytes: number;
                /** @description Served, and sent by no source for it. */
                savedBytes: number;
            };
        };
        Model: {
            /** @description What the model is stored under: `hf@org/name`, `hf@org/name@v1`. */
            key: string;
            modelId: string;
            revision: string;
            /** @description 40 hex digits. */
            commitHash: string;
            sizeInBytes: number;
            fileCount: number;
            /** @description False if files of the commit were left out. */
            complete: boolean;
            pinned: boolean;
            /** @description The model's folder on the server's machine. */
            path: string;
            /** @description Through which it came; null for an import. */
            connection: string | null;
            downloadedBy: string;
            /** @description ms since the epoch */
            downloadDate: number;
            lastUsedBy: string | null;
            lastUsed: number | null;
            /** @description As its tags say. */
            license: string | null;
            /** @description `model_metadata.json`. */
            metadata: {
                [key: string]: unknown;
            };
        };
        ModelDetails: {
            /** @description What the model is stored under: `hf@org/name`, `hf@org/name@v1`. */
            key: string;
            modelId: string;
            revision: string;
            /** @description 40 hex digits. */
            commitHash: string;
            sizeInBytes: number;
            fileCount: number;
            /** @description False if files of the commit were left out. */
            complete: boolean;
            pinned: boolean;
            /** @description The model's folder on the server's machine. */
            path: string;
            /** @description Through which it came; null for an import. */
            connection: string | null;
            downloadedBy: string;
            /** @description ms since the epoch */
            downloadDate: number;
            lastUsedBy: string | null;
            lastUsed: number | null;
            /** @description As its tags say. */
            license: string | null;
            /** @description `model_metadata.json`. */
            metadata: {
                [key: string]: unknown;
            };
            files: components["schemas"]["File"][];
            omitted: components["schemas"]["File"][];
            derived: boolean;
            /** @description Bytes that removing the model would free. */
            exclusiveBytes: number;
            commits: {
                commit: string;
                /** @description ms since the epoch */
                createdAt: number;
                keys: string[];
            }[];
            /** @description Who used it through this server, the newest first. */
            usedBy: {
                user: string;
                /** @description ms since the epoch */
                lastUsed: number;
                revision: string;
            }[];
            /** @description Other models that have the same contents, the most first; at most 100. */
            sharedWith: {
                key: string;
                modelId: string;
                sharedBytes: number;
            }[];
        };
        File: {
            path: string;
            size: number;
            /** @description sha256. */
            digest?: string;
            gitOid?: string;
            lfs: boolean;
        };
        Facets: {
            total: number;
            sizeInBytes: number;
            complete: number;
            partial: number;
            pinned: number;
            libraries: components["schemas"]["Facet"][];
            tasks: components["schemas"]["Facet"][];
            languages: components["schemas"]["Facet"][];
            licenses: components["schemas"]["Facet"][];
            /** @description An empty name: imported. */
            connections: components["schemas"]["Facet"][];
        };
        Facet: {
            name: string;
            count: number;
            sizeInBytes: number;
        };
        Card: {
            /** @description Markdown without its front matter: a stranger's text. */
            text: string;
            frontMatter: {
                [key: string]: unknown;
            } | null;
            /** @description Whether it is longer than the mebibyte that is given. */
            truncated: boolean;
        };
        Snapshot: {
            /** @description What the model is stored under: `hf@org/name`, `hf@org/name@v1`. */
            key: string;
            modelId: string;
            revision: string;
            /** @description 40 hex digits. */
            commitHash: string;
            sizeInBytes: number;
            fileCount: number;
            /** @description False if files of the commit were left out. */
            complete: boolean;
            pinned: boolean;
            /** @description The model's folder on the server's machine. */
            path: string;
            /** @description Through which it came; null for an import. */
            connection: string | null;
            downloadedBy: string;
            /** @description ms since the epoch */
            downloadDate: number;
            lastUsedBy: string | null;
            lastUsed: number | null;
            /** @description As its tags say. */
            license: string | null;
            /** @description `model_metadata.json`. */
            metadata: {
                [key: string]: unknown;
            };
            files: components["schemas"]["File"][];
            omitted: components["schemas"]["File"][];
            derived: boolean;
        };
        PullPreview: {
            modelId: string;
            revision: string;
            commit: string;
            connection: string;
            /** @description The first thousand. */
            files: {
                path: string;
                size: number;
                lfs: boolean;
                /** @description Whether its content is here already. */
                present: boolean;
            }[];
            fileCount: number;
            /** @description Files that the patterns leave out. */
            omittedCount: number;
            totalBytes: number;
            /** @description Here already, partial files too. */
            presentBytes: number;
            neededBytes: number;
            /** @description Null where it is not known. */
            freeBytes: number | null;
            fits: boolean;
            gated: boolean;
            private: boolean;
            license: string | null;
            libraryName: string | null;
            pipelineName: string | null;
            tags: string[];
            cached: {
                key: string;
                commit: string;
                complete: boolean;
                sameCommit: boolean;
            } | null;
        };
        DeletionPreview: {
            models: {
                key: string;
                sizeInBytes: number;
                /** @description Bytes that removing this one alone would free. */
                exclusiveBytes: number;
                pinned: boolean;
                lastUsed: number | null;
            }[];
            missing: string[];
            sizeInBytes: number;
            /** @description Bytes that removing all of them frees. */
            freedBytes: number;
        };
        ExportsPreview: {
            exports: {
                key: string;
                fileName: string;
                /** @description Null for a compressed archive. */
                size: number | null;
                /** @description Whether all files of the commit are here, and so in it. */
                complete: boolean;
                /** @description Below the API's address. */
                href: string;
            }[];
            missing: string[];
            totalBytes: number | null;
        };
        Job: {
            id: string;
            /** @enum {string} */
            kind: "pull" | "verify" | "gc" | "evict" | "import" | "preflight" | "delete";
            /** @description What it is about: a model, a file; empty for the whole store. */
            subject: string;
            user: string;
            /** @enum {string} */
            state: "queued" | "running" | "done" | "failed" | "cancelled" | "interrupted";
            /** @description ms since the epoch */
            createdAt: number;
            startedAt: number | null;
            endedAt: number | null;
            parameters: {
                [key: string]: unknown;
            };
            /** @description Of a job that is done; what it is depends on its kind: ImportPreflight, DeletionResult, EvictionResult, VerifyReport, … */
            result: unknown;
            error: {
                code: string;
                message: string;
                details: {
                    [key: string]: unknown;
                };
            } | null;
            warnings: string[];
            progress: {
                doneBytes: number;
                totalBytes?: number;
                doneFiles: number;
                totalFiles?: number;
                active: {
                    path: string;
                    doneBytes: number;
                    totalBytes: number;
                }[];
                /** @description Over the last few seconds. */
                bytesPerSecond: number | null;
                secondsLeft: number | null;
            } | null;
        };
        Usage: {
            models: {
                key: string;
                sizeInBytes: number;
                exclusiveBytes: number;
            }[];
            /** @description Of all models, as if nothing were shared. */
            logicalBytes: number;
            blobBytes: number;
            blobCount: number;
            unreferencedBytes: number;
            partialBytes: number;
            freeBytes?: number;
            totalBytes?: number;
        };
        Upload: {
            id: string;
            fileName: string | null;
            size: number | null;
            /** @description Bytes that are here. */
            offset: number;
            createdAt: number | null;
            complete: boolean;
        };
        SessionState: {
            /** @description Null for who has to sign in first. */
            user: {
                name: string;
                /** @enum {string} */
                role: "admin" | "user";
            } | null;
            /** @description `machine`: there are no users yet, and the request is of this machine. */
            via: ("machine" | "token" | "session" | "anybody") | null;
            session: components["schemas"]["Session"] | null;
            /** @description Whether there are no users yet, and the caller may add the first. */
            needsSetup: boolean;
            version: string;
        };
        Session: {
            id: string;
            user: string;
            /** @description ms since the epoch */
            createdAt: number;
            /** @description To within some minutes. */
            lastUsed: number;
            /** @description When it ends if nobody uses it from now on. */
            expiresAt: number;
            address: string;
            /** @description What the browser calls itself. */
            agent: string;
            /** @description Null for a link of the server's console. */
            tokenId: string | null;
            /** @description Whether the request came by it. */
            current: boolean;
        };
        User: {
            name: string;
            /** @enum {string} */
            role: "admin" | "user";
            /** @description ms since the epoch */
            createdAt: number;
            createdBy: string;
        };
        Token: {
            id: string;
            user: string;
            label: string | null;
            /** @description ms since the epoch */
            createdAt: number;
            expiresAt: number | null;
            /** @description An hour more or less. Null: never. */
            lastUsed: number | null;
        };
        IssuedToken: {
            id: string;
            user: string;
            label: string | null;
            /** @description ms since the epoch */
            createdAt: number;
            expiresAt: number | null;
            /** @description An hour more or less. Null: never. */
            lastUsed: number | null;
            /** @description Shown this once. */
            token: string;
        };
        Connection: {
            name: string;
            endpoint: string | null;
            /** @description Globs over the model ids that it enables. */
            models: string[];
            populateOnUse: boolean;
            /**
             * @description By how it answered this server last: `limited` asked to be left alone.
             * @enum {string}
             */
            state: "ok" | "stale" | "limited" | "unknown";
            lastSuccess: number | null;
            staleSince: number | null;
            limitedUntil: number | null;
            /** @description For an admin only. */
            lastError: {
                code: string;
                message: string;
                /** @description ms since the epoch */
                time: number;
            } | null;
            /** @description Cached models that came through it. */
            modelCount: number;
            sizeInBytes: number;
        };
        ConnectionTest: {
            ok: boolean;
            code: string | null;
            /** @description What answered, or which hop failed. */
            message: string;
            durationMs: number;
            failedHop: ("dns" | "tcp" | "proxy" | "tls" | "hub" | "token" | "grant" | "cdn") | null;
            hops: {
                /** @enum {string} */
                hop: "dns" | "tcp" | "proxy" | "tls" | "hub" | "token" | "grant" | "cdn";
                /** @enum {string} */
                state: "ok" | "failed" | "skipped";
                message: string;
            }[];
        };
        AuditEvent: {
            number: number;
            /** @description ms since the epoch */
            time: number;
            action: string;
            subject: string;
            user: string;
            address: string;
            /** @description `ok`, or the code of the error. */
            outcome: string;
            /** @description sha256 over this event and the hash of the one before it. */
            hash: string;
        };
        EvictionResult: {
            dryRun: boolean;
            connection?: string;
            /** @description Before, each content once. */
            usedBytes: number;
            targetBytes: number;
            /** @description That nothing referred to: they go first. */
            unreferencedBytes: number;
            freedBytes: number;
            keptCount: number;
            /** @description All that go, and the first five hundred that stay. */
            choices: components["schemas"]["EvictionChoiceOutput"][];
        };
        EvictionChoiceOutput: {
            key: string;
            evicted: boolean;
            /** @enum {string} */
            reason: "least-recently-used" | "old-commit" | "pinned" | "in-use" | "recently-used" | "imported" | "shared" | "enough" | "changed";
            /** @description The reason in words. */
            why: string;
            sizeInBytes: number;
            freedBytes: number;
            /** @description Or stored, if no use was noted. */
            lastUsed: number;
        };
        ImportPreflight: {
            importable: boolean;
            /** @description Why it cannot be imported; the rest is null or empty then. */
            problem: {
                code: string;
                message: string;
                details: {
                    [key: string]: unknown;
                };
            } | null;
            model: {
                key: string;
                modelId: string;
                revision: string;
                commit: string;
                /** @description Whether the commit was made up from the content. */
                derived: boolean;
                url: string;
                license: string | null;
                libraryName: string | null;
                pipelineName: string | null;
                fileCount: number;
                sizeInBytes: number;
                addedFiles: number;
                addedBytes: number;
                presentBytes: number;
                /** @description The first thousand. */
                files: {
                    path: string;
                    size: number;
                    lfs: boolean;
                    /** @description Whether its content is here already. */
                    present: boolean;
                }[];
            } | null;
            replaces: {
                key: string;
                commit: string;
            } | null;
            /** @description What would be left out, and what was guessed. */
            warnings: string[];
            /** @description Null where it is not known. */
            freeBytes: number | null;
        };
        DeletionResult: {
            removed: {
                key: string;
                freedBytes: number;
            }[];
            missing: string[];
            failed: {
                key: string;
                code: string;
                message: string;
            }[];
            freedBytes: number;
        };
        VerifyReport: {
            models: number;
            checkedFiles: number;
            checkedBytes: number;
            /** @description Whether content was read. */
            full: boolean;
            problems: {
                kind: string;
                modelId?: string;
                commit?: string;
                path: string;
                expected?: string;
                found?: string;
                repaired: boolean;
                reason?: string;
            }[];
            /** @description What is no problem, and what could not be looked at: the last hundred. */
            warnings: string[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getOverview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Overview"];
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    getStats: {
        parameters: {
            query?: {
                /** @description Default: seven days before `to`. */
                from?: number;
                /** @description Default: now. */
                to?: number;
                /** @description Default: by the length. */
                step?: "hour" | "day" | "week";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stats"];
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    getModels: {
        parameters: {
            query?: {
                /** @description Part of the name, the library, the task or a tag, in any case. */
                search?: string;
                library?: string | string[];
                /** @description The pipeline, `text-generation`. */
                task?: string | string[];
                language?: string | string[];
                license?: string | string[];
                /** @description Empty: imported. */
                connection?: string | string[];
                complete?: "true" | "false";
                pinned?: "true" | "false";
                unusedForDays?: number;
                sort?: "key" | "size" | "files" | "downloaded" | "used" | "library" | "task";
                order?: "asc" | "desc";
                offset?: number;
                limit?: number;
                /** @description `short`: less of the metadata. */
                fields?: "all" | "short";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        models: components["schemas"]["Model"][];
                        /** @description How many there are on all pages. */
                        total: number;
                        /** @description Of those on all pages, as if nothing were shared. */
                        sizeInBytes: number;
                    };
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    getModelsByKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `hf@org/name` or `org/name@v1`, percent-encoded. */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ModelDetails"];
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    deleteModelsByKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `hf@org/name` or `org/name@v1`, percent-encoded. */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        key: string;
                        commits: string[];
                        freedBytes: number;
                    };
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    patchModelsByKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `hf@org/name` or `org/name@v1`, percent-encoded. */
                key: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    pinned: boolean;
                };
            };
        };
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Model"];
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    getFacets: {
        parameters: {
            query?: {
                /** @description Part of the name, the library, the task or a tag, in any case. */
                search?: string;
                library?: string | string[];
                /** @description The pipeline, `text-generation`. */
                task?: string | string[];
                language?: string | string[];
                license?: string | string[];
                /** @description Empty: imported. */
                connection?: string | string[];
                complete?: "true" | "false";
                pinned?: "true" | "false";
                unusedForDays?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Facets"];
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    getModelsByKeyCard: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `hf@org/name` or `org/name@v1`, percent-encoded. */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Card"];
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    getModelsByKeyFilesByPath: {
        parameters: {
            query?: {
                /** @description Show an image in place (PNG, JPEG, GIF, WebP, AVIF). */
                inline?: "true" | "false";
            };
            header?: never;
            path: {
                key: string;
                /** @description In the model, encoded as one name: `a%2Fb.png`. */
                path: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    getModelsByKeyArchive: {
        parameters: {
            query?: {
                format?: "tar" | "tar.gz" | "tar.zst" | "zip";
                compress?: "true" | "false";
            };
            header?: never;
            path: {
                /** @description `hf@org/name` or `org/name@v1`, percent-encoded. */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    getModelsByKeySnapshot: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description `hf@org/name` or `org/name@v1`, percent-encoded. */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Snapshot"];
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    getModelsByKeyContentsBySha256: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description As above; `org/name@<commit>` binds it to a commit. */
                key: string;
                sha256: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    postPullsPreview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description `org/name` or `org/name@revision`. */
                    model: string;
                    connection?: string;
                    include?: string[];
                    exclude?: string[];
                };
            };
        };
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PullPreview"];
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    postDeletionsPreview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    models: string[];
                };
            };
        };
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeletionPreview"];
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    postEvictPreview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Only tell what would go. Default: false. */
                    dryRun?: boolean;
                    /** @description Most bytes that may be left. Default: the quota. */
                    toBytes?: number;
                    /** @description Count and evict only what came through it. Default: all. */
                    connection?: string;
                    /** @description Spare what was used within this time. Default: ten minutes. */
                    unusedForMs?: number;
                    /** @description Also what no connection can bring back: imports, models of connections that are gone, all while offline. Default: false. */
                    imported?: boolean;
                };
            };
        };
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EvictionResult"];
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    postExportsPreview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    models: string[];
                    /**
                     * @default tar
                     * @enum {string}
                     */
                    format?: "tar" | "tar.gz" | "tar.zst" | "zip";
                    /**
                     * @description Deflate what is in a zip.
                     * @default false
                     */
                    compress?: boolean;
                };
            };
        };
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportsPreview"];
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    postPulls: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description `org/name` or `org/name@revision`. */
                    model: string;
                    connection?: string;
                    include?: string[];
                    exclude?: string[];
                };
            };
        };
        responses: {
            /** @description All is well. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    postImports: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    upload: string;
                } | {
                    /** @description An archive or an unpacked folder on the server's machine. */
                    path: string;
                };
            };
        };
        responses: {
            /** @description All is well. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    postImportsPreflight: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    upload: string;
                } | {
                    /** @description An archive or an unpacked folder on the server's machine. */
                    path: string;
                };
            };
        };
        responses: {
            /** @description All is well. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    postDeletions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    models: string[];
                };
            };
        };
        responses: {
            /** @description All is well. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    postPins: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    models: string[];
                    pinned: boolean;
                };
            };
        };
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        changed: string[];
                        missing: string[];
                    };
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    postVerify: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Default: all. */
                    models?: string[];
                    /** @description Compare sizes and receipts only. */
                    quick?: boolean;
                    /** @description Fetch damaged files again. */
                    repair?: boolean;
                };
            };
        };
        responses: {
            /** @description All is well. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    postGc: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    dryRun?: boolean;
                };
            };
        };
        responses: {
            /** @description All is well. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    postEvict: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Only tell what would go. Default: false. */
                    dryRun?: boolean;
                    /** @description Most bytes that may be left. Default: the quota. */
                    toBytes?: number;
                    /** @description Count and evict only what came through it. Default: all. */
                    connection?: string;
                    /** @description Spare what was used within this time. Default: ten minutes. */
                    unusedForMs?: number;
                    /** @description Also what no connection can bring back: imports, models of connections that are gone, all while offline. Default: false. */
                    imported?: boolean;
                };
            };
        };
        responses: {
            /** @description All is well. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    getUsage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Usage"];
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    getUploads: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        uploads: components["schemas"]["Upload"][];
                    };
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    getJobs: {
        parameters: {
            query?: {
                state?: string;
                kind?: "pull" | "verify" | "gc" | "evict" | "import" | "preflight" | "delete";
                /** @description `next` of the page before. */
                before?: string;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        jobs: components["schemas"]["Job"][];
                        next: string | null;
                    };
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    getJobsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    deleteJobsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    postJobsByIdCancel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    getEvents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": unknown;
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    getJobsByIdEvents: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": unknown;
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionState"];
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    postSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    token: string;
                } | {
                    link: string;
                };
            };
        };
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionState"];
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    deleteSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    getSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        sessions: components["schemas"]["Session"][];
                    };
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    deleteSessionsById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    postSetup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                };
            };
        };
        responses: {
            /** @description All is well. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        user: components["schemas"]["User"];
                        /** @description Shown this once. */
                        token: string;
                    };
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    getMe: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        /** @enum {string} */
                        role: "admin" | "user";
                    };
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    getUsers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        users: components["schemas"]["User"][];
                    };
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    postUsers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    name: string;
                    /**
                     * @default user
                     * @enum {string}
                     */
                    role?: "admin" | "user";
                };
            };
        };
        responses: {
            /** @description All is well. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    deleteUsersByName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        tokens: number;
                    };
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    patchUsersByName: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @enum {string} */
                    role: "admin" | "user";
                };
            };
        };
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["User"];
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    getTokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        tokens: components["schemas"]["Token"][];
                    };
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    postUsersByNameTokens: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    label?: string;
                    expiresAt?: number;
                };
            };
        };
        responses: {
            /** @description All is well. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedToken"];
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    postMeTokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    label?: string;
                    expiresAt?: number;
                };
            };
        };
        responses: {
            /** @description All is well. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["IssuedToken"];
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    deleteTokensById: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Token"];
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    getConnections: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        connections: components["schemas"]["Connection"][];
                    };
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    postConnectionsByNameTest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description A model to ask for.
                     * @default gpt2
                     */
                    model?: string;
                };
            };
        };
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConnectionTest"];
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    getAudit: {
        parameters: {
            query?: {
                user?: string;
                action?: string;
                /** @description Part of it, in any case. */
                subject?: string;
                /** @description `ok`, the code of an error, or `refused` for all but `ok`. */
                outcome?: string;
                from?: number;
                to?: number;
                before?: number;
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        events: components["schemas"]["AuditEvent"][];
                        next: number | null;
                    };
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    "getAudit.csv": {
        parameters: {
            query?: {
                user?: string;
                action?: string;
                /** @description Part of it, in any case. */
                subject?: string;
                /** @description `ok`, the code of an error, or `refused` for all but `ok`. */
                outcome?: string;
                from?: number;
                to?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/csv": unknown;
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    getAuditActions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        actions: string[];
                        users: string[];
                    };
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    getAuditCheck: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        whole: boolean;
                        /** @description Number of the first event that does not follow. */
                        firstBroken: number | null;
                    };
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
    getSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is well. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description Thrown by the client. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        name: string;
                        message: string;
                    };
                };
            };
        };
    };
}
