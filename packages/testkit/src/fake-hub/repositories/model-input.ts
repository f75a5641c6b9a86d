import type { FileInput } from '../content/file-input.ts';
import type { LfsRule } from './lfs.ts';
import type { RepositoryFacts } from './repository.ts';

/** A model to serve. Everything but the id and the files has a default. */
export interface ModelInput {
  /** `org/name`, or a bare `name`. */
  readonly id: string;
  /** Content by path. */
  readonly files: Readonly<Record<string, FileInput>>;
  /** Which files are kept by git-lfs. Default: more than 10 MiB, or a weights extension. */
  readonly lfs?: LfsRule;
  /** Default: false. */
  readonly private?: boolean;
  /** Default: false. */
  readonly gated?: false | 'auto' | 'manual';
  /** Default: false. */
  readonly disabled?: boolean;
  /** The Hub's tags (`region:us`, `en`), not git's. Default: none. */
  readonly tags?: readonly string[];
  readonly libraryName?: string;
  readonly pipelineTag?: string;
  readonly cardData?: Readonly<Record<string, unknown>>;
  /** The `config` field of the model info. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** More fields of the model info, as they are: `safetensors`, `gguf`, … */
  readonly info?: Readonly<Record<string, unknown>>;
  /** Default: 0. */
  readonly downloads?: number;
  /** Default: 0. */
  readonly likes?: number;
  /** Date of the first commit. Default: 2025-01-01T00:00:00.000Z. */
  readonly lastModified?: string;
  /** More branches at the first commit, beside `main`. */
  readonly branches?: readonly string[];
  /** Git tags at the first commit. */
  readonly gitTags?: readonly string[];
  /** Whether answers carry Xet hints, as the real Hub's do. Default: the Hub's `xet` option. */
  readonly xet?: boolean;
}

/** One more commit on a branch. */
export interface CommitInput {
  /** A branch, or a full ref name such as `refs/pr/1`; made from `main` if it does not exist. Default: `main`. */
  readonly branch?: string;
  /** Content by path; `null` removes the file. Files not named stay as they are. */
  readonly files: Readonly<Record<string, FileInput | null>>;
  /** Default: `Update <paths>`. */
  readonly title?: string;
  /** Default: one minute after the parent. */
  readonly date?: string;
}

/** Facts of a new repository, defaults filled in. */
export function repositoryFacts(
  input: Omit<ModelInput, 'files'>,
  createdAt: number,
  xet: boolean,
): RepositoryFacts {
  return {
    private: input.private ?? false,
    gated: input.gated ?? false,
    disabled: input.disabled ?? false,
    tags: input.tags ?? [],
    libraryName: input.libraryName,
    pipelineTag: input.pipelineTag,
    cardData: input.cardData,
    config: input.config,
    info: input.info ?? {},
    downloads: input.downloads ?? 0,
    likes: input.likes ?? 0,
    createdAt,
    xet: input.xet ?? xet,
  };
}
