import type { Command } from './run-command.ts';
import type { ToolName, Tools } from './tools.ts';

/** One who is timed. `prepare` makes everything fresh, untimed, and gives the command. */
export interface Contender {
  readonly name: string;
  /** Whether the command is one of ours, so that its memory counts. */
  readonly ours: boolean;
  /** Tools without which it is left out. */
  readonly needs: readonly ToolName[];
  readonly prepare: () => Promise<Command>;
  /** Whether what came out is right; throws if not. Untimed. */
  readonly check?: () => Promise<void>;
}

/** What is promised: `ours` takes at most `limit` times as long as `theirs`. */
export interface Limit {
  readonly work: string;
  readonly ours: string;
  readonly theirs: string;
  readonly limit: number;
}

/** Contenders that are timed in turn, and the limits that their times must keep. */
export interface Scene extends AsyncDisposable {
  readonly contenders: readonly Contender[];
  readonly limits: readonly Limit[];
}

export interface Stage {
  /** An empty folder, all of the row's own. */
  readonly folder: string;
  readonly tools: Tools;
}

export interface Row {
  readonly id: string;
  /** Memory that one run fills, page cache included. Default: too little to matter. */
  readonly memoryBytes?: number;
  readonly open: (stage: Stage) => Promise<Scene>;
}
